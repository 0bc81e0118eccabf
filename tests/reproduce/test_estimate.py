import pytest

from dscl_tf.reproduce.estimate import hours, seconds_by_run, seconds_left
from dscl_tf.reproduce.matrix import Row
from dscl_tf.reproduce.plan import Selection, make_plan

ROWS = "step,loss,seconds_per_step\n50,1,9\n100,1,2\n150,1,3\n"


def test_known_paces_count_until_something_was_measured(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(rows=("GD",), ntr=(1,), seeds=(1,))).runs
    known = {"pretrain_global": 0.5, "finetune": 1.0}
    steps = {run.stage: run.steps for run in plan.values()}
    expected = 0.5 * steps["pretrain_global"] + steps["finetune"]
    assert seconds_left(plan, tmp_path, known) == (pytest.approx(expected), 0)
    assert seconds_left(plan, tmp_path, {}) == (0, 2)


def test_known_paces_grow_with_the_batch_and_are_of_one_network(matrix, tmp_path):
    rows = {
        "large": Row(
            data="volumes",
            pretrain=[{"stage": "pretrain_global", "set": {"batch_size": 80}}],
            finetune={"adversarial": {}},
        )
    }
    large = matrix.model_copy(update={"rows": rows})
    plan = make_plan(large, "small", Selection(ntr=(1,), seeds=(1,))).runs
    pretraining, finetuning = plan
    seconds = seconds_by_run(plan, tmp_path, {"pretrain_global": 0.5, "finetune": 1.0})
    assert seconds[pretraining] == 2 * 0.5 * plan[pretraining].steps  # the phantom's has 40 rows
    assert seconds[finetuning] is None


def test_the_median_of_runs_of_the_same_work_counts(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(rows=("GD",), ntr=(1,))).runs
    first, second = (run for run in plan.values() if run.stage == "pretrain_global")
    (tmp_path / first.name).mkdir()
    (tmp_path / first.name / "metrics.csv").write_text(ROWS)
    seconds = seconds_by_run(plan, tmp_path, {"pretrain_global": 0.5})
    assert seconds[second.name] == 3 * second.steps
    assert seconds[first.name] == 3 * (first.steps - 150)
    assert all(seconds[run.name] is None for run in plan.values() if run.stage == "finetune")


def test_companions_are_another_work(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(ntr=(1,), seeds=(1,))).runs
    plain, mixed = (
        next(run for run in plan.values() if bool(run.config.finetune.mixup) == mixup)
        for mixup in (False, True)
    )
    tree = {name: run for name, run in plan.items() if run.stage == "finetune"}
    (tmp_path / plain.name).mkdir()
    (tmp_path / plain.name / "metrics.csv").write_text(ROWS)
    assert seconds_by_run(tree, tmp_path, {})[mixed.name] is None


def test_finished_runs_need_no_time(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(rows=("random",), ntr=(1,), seeds=(1,))).runs
    (name,) = plan
    (tmp_path / name).mkdir()
    (tmp_path / name / "run.json").write_text('{"status": "finished"}')
    assert seconds_left(plan, tmp_path, {"finetune": 1.0}) == (0, 0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(29, "0 min"), (3599, "1 h 00 min"), (7500, "2 h 05 min")]
)
def test_durations_are_rounded_to_minutes(seconds, text):
    assert hours(seconds) == text
