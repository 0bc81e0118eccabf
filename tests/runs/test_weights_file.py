import zipfile
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.runs.load import load_encoder, load_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.weights_file import npz_shapes


def test_shapes_are_those_of_the_arrays(trained: Path) -> None:
    run = Run.open(trained / "finetune")
    arrays = run.load_arrays("weights")
    assert npz_shapes(run.path / "weights.npz") == {k: a.shape for k, a in arrays.items()}


@pytest.mark.parametrize("load", [load_network, load_encoder])
def test_arrays_that_do_not_fit_are_not_read(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load
) -> None:
    run = Run(tmp_path, Run.open(trained / "finetune").config, {**RECORD})
    run.save_arrays("weights", {"encoder_huge/kernel": np.zeros((7, 7))})
    monkeypatch.setattr(Run, "load_arrays", None)
    with pytest.raises(DataError, match=r"do not fit the model: .*left over encoder_huge/kernel"):
        load(run)


RECORD = {"stage": "finetune", "status": "finished", "experiment": "tiny", "started": "now"}


def test_what_is_no_npz_has_no_shapes(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    assert npz_shapes(path) is None
    path.write_bytes(b"PK damaged")
    assert npz_shapes(path) is None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", b"no array")
    assert npz_shapes(path) is None
