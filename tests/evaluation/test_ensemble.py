from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.evaluation.ensemble import check_ensemble, check_not_trained_on
from dscl_tf.runs.run import Run


def a_run(name: str, config: Experiment, **changes: object) -> Run:
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    return Run(Path(name), replace(config, keys), {})


def test_members_may_be_trained_differently(tiny: Experiment) -> None:
    other = a_run("b", tiny, runtime__seed=7, model__filters=[4, 8], finetune__steps=9)
    check_ensemble([a_run("a", tiny), other])


def test_members_must_see_data_alike(tiny: Experiment) -> None:
    other = a_run("b", tiny, data__grid=[64, 64], data__percentiles=[2, 98])
    with pytest.raises(UsageError, match=r"^`runs`: a and b must agree on how data is ") as refused:
        check_ensemble([a_run("a", tiny), a_run("c", tiny), other])
    assert str(refused.value).endswith(
        "got data.grid [32, 32] and [64, 64]; data.percentiles [1.0, 99.0] and [2.0, 98.0]"
    )


def test_a_run_counts_once(tiny: Experiment) -> None:
    with pytest.raises(UsageError, match=r"`runs`: must name different runs, got \S+ twice"):
        check_ensemble([a_run("a", tiny), a_run("x/../a", tiny)])


def test_no_member_may_know_a_volume_that_it_is_evaluated_on(tiny: Experiment) -> None:
    first = a_run("a", tiny)
    second = a_run("b", tiny, splits__labelled={1: {"c1": {"train": ["003"], "validation": []}}})
    check_not_trained_on(["001"], [first], "splits.test")
    check_not_trained_on(["005"], [first, second], "splits.test")
    with pytest.raises(UsageError, match=r"^splits\.test: must not hold .* got 003 of b$"):
        check_not_trained_on(["003", "005"], [first, second], "splits.test")
    with pytest.raises(UsageError, match=r"got 004 of a$"):
        check_not_trained_on(["004"], [first, second], "splits.test")  # which validated a
