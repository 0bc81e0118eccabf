from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError
from dscl_tf.runs.sources import find_source
from dscl_tf.stages import STAGES
from tests.runs.made import finished


def find(stage: str, config: Experiment, runs: Path, choice: str | None = None) -> str | None:
    declared = STAGES[stage]
    run = find_source(
        config, runs, choice, stages=declared.sources, random_start=declared.random_start
    )
    return run and run.path.name


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
    find("finetune", tiny, tmp_path)
    finished(tmp_path, tiny, "pretrain_global", "z", 8)
    find("finetune", tiny, tmp_path)
    assert "starting from random weights" in lines[0]
    assert lines[1] == f"starting from {tmp_path / 'z'}"


def test_a_source_must_exist_be_finished_and_of_the_right_stage(
    tiny: Experiment, tmp_path: Path
) -> None:
    wanted = "holds no finished pretrain_global run of experiment tiny"
    with pytest.raises(DataError, match=wanted):
        find("pretrain_local", tiny, tmp_path)
    with pytest.raises(DataError, match="holds no finished pretrain_global or "):
        find("finetune", tiny, tmp_path, "latest")
    with pytest.raises(DataError, match="nowhere: no such run"):
        find("finetune", tiny, tmp_path, "nowhere")
    finished(tmp_path, tiny, "finetune", "x", 8)
    finished(tmp_path, tiny, "pretrain_global", "z", 9, status="running")
    rule = "`init` must be a finished pretrain_global run, got a"
    with pytest.raises(DataError, match=f"{rule} finished finetune run"):
        find("pretrain_local", tiny, tmp_path, "x")
    finished(tmp_path, tiny, "pretrain_joint", "w", 10)
    with pytest.raises(DataError, match=f"{rule} finished pretrain_joint run"):
        find("pretrain_local", tiny, tmp_path, "w")
    with pytest.raises(DataError, match=f"{rule} running pretrain_global run"):
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
