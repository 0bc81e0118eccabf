from pathlib import Path

import pytest

from dscl_tf.reproduce.estimate import hours, seconds_by_run, seconds_left
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix, Row
from dscl_tf.reproduce.selection import Selection
from tests.reproduce.run_files import write_record

METRICS = "step,loss,seconds_per_step\n50,1,9\n100,1,2\n150,1,3\n"


def write_metrics(run: Path) -> None:
    run.mkdir(parents=True)
    (run / "metrics.csv").write_text(METRICS)


def with_paces(matrix: Matrix, paces: dict[str, float]) -> Matrix:
    return matrix.model_copy(update={"seconds_per_step": {"small": paces}})


def test_known_paces_count_until_something_was_measured(matrix: Matrix, folders: Folders) -> None:
    selection = Selection(rows=("GD",), ntr=(1,), seeds=(1,))
    plan = make_plan(matrix, "small", selection)
    steps = {run.stage: run.steps for run in plan.runs.values()}
    expected = 0.5 * steps["pretrain_global"] + steps["finetune"]
    assert seconds_left(plan, folders) == (pytest.approx(expected), 0)
    unknown = make_plan(with_paces(matrix, {}), "small", selection)
    assert seconds_left(unknown, folders) == (0, 2)


def test_known_paces_grow_with_the_batch_and_are_of_one_network(
    matrix: Matrix, folders: Folders
) -> None:
    rows = {
        "large": Row(
            data="volumes",
            pretrain=[{"stage": "pretrain_global", "set": {"batch_size": 80}}],
            finetune={"adversarial": {}},
        )
    }
    large = matrix.model_copy(update={"rows": rows})
    plan = make_plan(large, "small", Selection(ntr=(1,), seeds=(1,)))
    pretraining, finetuning = plan.runs
    seconds = seconds_by_run(plan, folders)
    usual = 0.5 * plan.runs[pretraining].steps  # of the phantom's batch of 40 images
    assert seconds[pretraining] == 2 * usual
    assert seconds[finetuning] is None


def test_the_median_of_runs_of_the_same_work_counts(matrix: Matrix, folders: Folders) -> None:
    some = with_paces(matrix, {"pretrain_global": 0.5})
    plan = make_plan(some, "small", Selection(rows=("GD",), ntr=(1,)))
    first, second = (run for run in plan.runs.values() if run.stage == "pretrain_global")
    write_metrics(folders.run(first))
    seconds = seconds_by_run(plan, folders)
    assert seconds[second.name] == 3 * second.steps
    assert seconds[first.name] == 3 * (first.steps - 150)
    assert all(seconds[run.name] is None for run in plan.runs.values() if run.stage == "finetune")


def test_a_semi_supervised_extension_is_other_work(matrix: Matrix, folders: Folders) -> None:
    plan = make_plan(with_paces(matrix, {}), "small", Selection(ntr=(1,), seeds=(1,)))
    finetuning = [run for run in plan.runs.values() if run.stage == "finetune"]
    mixed = next(run for run in finetuning if run.config.finetune.mixup)
    plain, other = (run for run in finetuning if not run.config.finetune.mixup)
    write_metrics(folders.run(plain))
    seconds = seconds_by_run(plan, folders)
    assert seconds[mixed.name] is None and seconds[other.name] == 3 * other.steps


def test_finished_runs_need_no_time(matrix: Matrix, folders: Folders) -> None:
    plan = make_plan(matrix, "small", Selection(rows=("random",), ntr=(1,), seeds=(1,)))
    (run,) = plan.runs.values()
    write_record(folders.run(run), status="finished")
    assert seconds_left(plan, folders) == (0, 0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(29, "0 min"), (3599, "1 h 00 min"), (7500, "2 h 05 min")]
)
def test_durations_are_rounded_to_minutes(seconds: float, text: str) -> None:
    assert hours(seconds) == text
