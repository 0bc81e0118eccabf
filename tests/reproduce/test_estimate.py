import pytest

from dscl_tf.reproduce.estimate import hours, seconds_left, seconds_per_step
from dscl_tf.reproduce.plan import Selection, make_plan


def test_known_paces_count_until_something_was_measured(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(rows=("GD",), ntr=(1,), seeds=(1,))).runs
    known = {"pretrain_global": 0.5, "finetune": 1.0}
    steps = {run.stage: run.steps for run in plan.values()}
    expected = 0.5 * steps["pretrain_global"] + steps["finetune"]
    assert seconds_left(plan, tmp_path, known) == (pytest.approx(expected), 0)
    assert seconds_left(plan, tmp_path, {}) == (0, 2)


def test_the_median_of_runs_of_the_same_work_counts(matrix, tmp_path):
    plan = make_plan(matrix, "small", Selection(rows=("GD",), ntr=(1,))).runs
    first, second = (run for run in plan.values() if run.stage == "pretrain_global")
    (tmp_path / first.name).mkdir()
    rows = "step,loss,seconds_per_step\n50,1,9\n100,1,2\n150,1,3\n"
    (tmp_path / first.name / "metrics.csv").write_text(rows)
    assert seconds_per_step(second, plan.values(), tmp_path, {"pretrain_global": 0.5}) == 3
    finetune = next(run for run in plan.values() if run.stage == "finetune")
    assert seconds_per_step(finetune, plan.values(), tmp_path, {}) is None


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
