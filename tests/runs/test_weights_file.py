"""Files of weights of any size are refused by their headers, before memory is spent."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.models.weights import weights_of
from dscl_tf.readers import npz_file
from dscl_tf.runs.load import load_encoder, load_network
from dscl_tf.runs.run import Run
from tests.runs.sparse import with_huge_array

RECORD = {"stage": "finetune", "status": "finished", "experiment": "tiny", "started": "now"}


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Run:
    return Run(tmp_path, Run.open(trained / "finetune").config, {**RECORD})


@pytest.mark.parametrize("load", [load_network, load_encoder])
def test_arrays_that_do_not_fit_are_not_read(
    run: Run, monkeypatch: pytest.MonkeyPatch, load: Callable
) -> None:
    with_huge_array(run.path / "weights.npz", "encoder_huge/kernel")
    monkeypatch.setattr(npz_file, "_array", None)
    with pytest.raises(DataError, match=r"do not fit the model: .*left over encoder_huge/kernel"):
        load(run)


def test_what_is_dropped_is_not_read(
    trained: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = Run.open(trained / "finetune").load_arrays("weights")
    with_huge_array(run.path / "weights.npz", "decoder_huge/kernel", weights)
    loaded = weights_of(load_encoder(run))
    assert loaded.keys() == {name for name in weights if name.startswith("encoder_")}
    assert all(np.array_equal(array, weights[name]) for name, array in loaded.items())
