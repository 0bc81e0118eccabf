import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.run import Run
from dscl_tf.workflow import Sources
from dscl_tf.workflow.folds import FoldsResult, run_folds
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs
from tests.workflow.data_sets import as_folder, of_folder


@pytest.fixture(scope="module")
def folder(store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five volumes, of which 003 has no mask."""
    return as_folder(store, tmp_path_factory.mktemp("data") / "scans", ("001", "002", "004", "005"))


@pytest.fixture(scope="module")
def mine(tiny: Experiment) -> Experiment:
    config = of_folder(tiny)
    return config.model_copy(update={"stages": ("pretrain_global", "finetune")})


def folds_in(home: Path, config: Experiment, folder: Path, count: int = 2) -> FoldsResult:
    return run_folds(config, Sources(home.parents[1] / "store", folder), home, count)


@pytest.fixture(scope="module")
def whole(mine: Experiment, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two finished folds; do not change it."""
    home = tmp_path_factory.mktemp("whole") / "runs" / "mine"
    folds_in(home, mine, folder)
    return home


def test_each_fold_trains_on_its_own_volumes_from_one_pre_training(whole: Path) -> None:
    one, two = (Run.open(whole / "folds" / number / "finetune") for number in "12")
    trained = [run.config.splits.select(1, "c1").train for run in (one, two)]
    assert sorted(trained) == [("001",), ("002",)]
    for run in (one, two):
        assert run.config.splits.select(1, "c1").validation == ("004",)
        assert Path(run.record["init"]) == (whole / "pretrain_global").resolve()


def test_the_result_is_what_the_evaluations_say(whole: Path, mine: Experiment) -> None:
    found = json.loads((whole / "folds.json").read_text())
    assert found["evaluated"] == "test" and found["statistics"]["seed"] == mine.runtime.seed
    assert {fold["train"][0] for fold in found["folds"]} == {"001", "002"}
    means = []
    for fold in found["folds"]:
        metrics = json.loads(Path(fold["report"]).with_name("metrics.json").read_text())
        assert set(fold["per_volume"]) == {"005"}
        assert fold["dice"] == pytest.approx(metrics["summary"]["dice"]["mean"])
        means.append(fold["dice"])
    assert found["statistics"]["mean"]["mean"] == pytest.approx(np.mean(means))
    assert found["statistics"]["mean"]["std"] == pytest.approx(np.std(means, ddof=1))


def test_an_interrupted_call_goes_on_bit_by_bit_and_a_finished_one_has_nothing_to_do(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path, lines: list[str]
) -> None:
    home = tmp_path / "runs" / "mine"
    shutil.copytree(whole.parents[1] / "store", tmp_path / "store")
    shutil.copytree(whole / "pretrain_global", home / "pretrain_global")
    shutil.copytree(whole / "folds" / "1", home / "folds" / "1")
    for stage in (home / "folds" / "1" / "finetune",):
        record = json.loads((stage / "run.json").read_text())
        record["init"] = str(home / "pretrain_global")
        (stage / "run.json").write_text(json.dumps(record))
    with interrupted_at("step 2/4"):
        folds_in(home, mine, folder)
    folds_in(home, mine, folder)
    assert_equal_runs(whole / "folds/2/finetune", home / "folds/2/finetune")
    lines.clear()
    result = folds_in(home, mine, folder)
    assert sum("finetune: done already" in line for line in lines) == 2
    assert sum("evaluate: done already" in line for line in lines) == 2
    assert result.scores().shape == (2, 1)


def test_without_test_volumes_folds_are_evaluated_on_those_left_out(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    config = replace(mine, {"splits.test": []}).model_copy(update={"stages": ("finetune",)})
    result = folds_in(tmp_path / "runs" / "mine", config, folder)
    for each in result.folds:
        assert set(each.dice) == {"001", "002", "005"} - set(each.fold.train)
    assert result.scores().shape == (2, 3) or result.scores().shape == (2, 2)
    assert "; evaluated on " in result.table() and not result.test


def test_what_does_not_fit_is_refused_before_training(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "runs" / "mine"
    with pytest.raises(UsageError, match="`folds`: must be at most 3 with 3 labelled volumes"):
        folds_in(home, mine, folder, count=4)
    assert not (home / "pretrain_global").exists()
    with pytest.raises(UsageError, match="`folds`: must be at least 2, got 1"):
        folds_in(home, mine, folder, count=1)
    only = mine.model_copy(update={"stages": ("pretrain_global",)})
    with pytest.raises(UsageError, match="`folds`: needs finetune in stages"):
        folds_in(home, only, folder)
    with pytest.raises(DataError, match=r"made with other settings \(.*learning_rate"):
        folds_in(
            whole,
            replace(mine, {"finetune.learning_rate": 0.5}).model_copy(
                update={"stages": mine.stages}
            ),
            folder,
        )
