from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError
from dscl_tf.models import weights_of
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import find_source, initialise


def finished(runs: Path, config: Experiment, stage: str, name: str, hour: int, **entries) -> None:
    run = Run.create(runs, name, stage, config, {"init": None})
    run.update(**{"status": "finished", "started": f"2026-01-01 {hour:02d}:00:00", **entries})


def find(stage: str, config: Experiment, runs: Path, choice: str | None = None) -> str | None:
    run = find_source(stage, config, runs, choice)
    return run and run.path.name


@pytest.mark.parametrize(
    ("source", "handed_over", "anew"),
    [
        ("pretrain_global", "encoder", "decoder_block1 decoder_block2 segmentation"),
        ("pretrain_joint", "encoder decoder_block1", "decoder_block2 segmentation"),
        ("pretrain_local", "encoder decoder_block1", "decoder_block2 segmentation"),
        ("pretrain_pretext", "encoder", "decoder_block1 decoder_block2 segmentation"),
    ],
)
def test_what_was_trained_is_handed_over_and_the_rest_starts_as_from_scratch(
    trained: Path, trained_config: Experiment, source: str, handed_over: str, anew: str
) -> None:
    run = Run.open(trained / source)
    network = segmentation_network(trained_config)
    scratch = weights_of(network)
    initialise(network, run, trained_config)
    arrays = run.load_arrays("weights")
    for path, array in weights_of(network).items():
        origin = arrays if path.startswith(tuple(handed_over.split())) else scratch
        assert np.array_equal(array, origin[path]), path
    for part in anew.split():
        assert any(path.startswith(part) for path in scratch)


def test_latest_is_the_newest_finished_run_that_fits(tiny: Experiment, tmp_path: Path) -> None:
    finished(tmp_path, tiny, "pretrain_global", "z", 8)
    finished(tmp_path, tiny, "pretrain_local", "y", 9)
    finished(tmp_path, tiny, "pretrain_global", "unfinished", 12, status="running")
    other_model = replace(tiny, {"model.filters": [4, 4, 4]})
    finished(tmp_path, other_model, "pretrain_global", "other model", 13)
    finished(tmp_path, replace(tiny, {"name": "b"}), "pretrain_global", "other experiment", 14)
    finished(tmp_path, tiny, "finetune", "x", 15)
    assert find("pretrain_local", tiny, tmp_path) == "z"
    assert find("finetune", tiny, tmp_path) == find("finetune", tiny, tmp_path, "latest") == "y"
    assert find("finetune", tiny, tmp_path, "z") == "z"
    assert find("finetune", tiny, tmp_path, "none") is None
    assert find("pretrain_global", tiny, tmp_path) is None
    finished(tmp_path, tiny, "pretrain_joint", "w", 16)
    assert find("finetune", tiny, tmp_path) == "w"
    assert find("pretrain_local", tiny, tmp_path) == "z"
    assert find("pretrain_joint", tiny, tmp_path) is None
    finished(tmp_path, tiny, "pretrain_pretext", "v", 17)
    assert find("finetune", tiny, tmp_path) == "v"
    assert find("pretrain_local", tiny, tmp_path) == "z"


def test_it_says_what_it_took(tiny: Experiment, tmp_path: Path, lines) -> None:
    find_source("finetune", tiny, tmp_path, None)
    finished(tmp_path, tiny, "pretrain_global", "z", 8)
    find_source("finetune", tiny, tmp_path, None)
    assert "starting from random weights" in lines[0]
    assert lines[1] == f"starting from {tmp_path / 'z'}"


def test_a_source_must_exist_be_finished_and_of_the_right_stage(
    tiny: Experiment, tmp_path: Path
) -> None:
    wanted = "holds no finished run of pretrain_global of experiment tiny"
    with pytest.raises(DataError, match=wanted):
        find("pretrain_local", tiny, tmp_path)
    with pytest.raises(DataError, match="holds no finished run"):
        find("finetune", tiny, tmp_path, "latest")
    with pytest.raises(DataError, match="nowhere: no such run"):
        find("finetune", tiny, tmp_path, "nowhere")
    finished(tmp_path, tiny, "finetune", "x", 8)
    finished(tmp_path, tiny, "pretrain_global", "z", 9, status="running")
    with pytest.raises(DataError, match="`init` must be a run of pretrain_global, got finetune"):
        find("pretrain_local", tiny, tmp_path, "x")
    finished(tmp_path, tiny, "pretrain_joint", "w", 10)
    with pytest.raises(DataError, match="run of pretrain_global, got pretrain_joint"):
        find("pretrain_local", tiny, tmp_path, "w")
    with pytest.raises(DataError, match="`init` must be a finished run"):
        find("pretrain_local", tiny, tmp_path, "z")


def test_a_source_must_not_have_learnt_from_test_volumes(tiny: Experiment, tmp_path: Path) -> None:
    other = replace(tiny, {"splits.unlabelled": ["001", "005"], "splits.test": []})
    finished(tmp_path, other, "pretrain_global", "first", 8)
    message = rf"{tmp_path}/\w+: `init` must not .*splits\.test, {tmp_path}/first had 005 among"
    for choice in (None, "latest", "first"):
        with pytest.raises(DataError, match=message):
            find("finetune", tiny, tmp_path, choice)
    finished(tmp_path, tiny, "pretrain_local", "second", 9, init=str(tmp_path / "first"))
    with pytest.raises(DataError, match=message):
        find("finetune", tiny, tmp_path)
    assert find("finetune", replace(tiny, {"splits.test": []}), tmp_path) == "second"


def test_another_model_is_refused(trained: Path, trained_config: Experiment) -> None:
    other = replace(trained_config, {"model.filters": [4, 6, 8]})
    with pytest.raises(DataError, match=r"encoder_block2_conv1/kernel has shape .*the model needs"):
        initialise(segmentation_network(other), Run.open(trained / "pretrain_global"), other)
