import pytest

from dscl_tf.errors import UsageError
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.matrix import Row
from dscl_tf.reproduce.selection import Selection


@pytest.mark.parametrize(
    ("selection", "cells"),
    [
        (Selection(rows=("GD*",)), 8),
        (Selection(rows=("random", "GD")), 8),
        (Selection(ntr=(2,)), 6),
        (Selection(seeds=(5,)), 6),
        (Selection(rows=("GD",), ntr=(1,), combinations=("c2",), seeds=(1,)), 1),
    ],
)
def test_a_part_can_be_selected(matrix, selection, cells):
    assert len(make_plan(matrix, "small", selection).cells) == cells


def test_an_empty_selection_lists_the_rows(matrix):
    with pytest.raises(UsageError, match=r"must select a cell of scale small.*random; GD; GD"):
        make_plan(matrix, "small", Selection(rows=("LR",)))
    with pytest.raises(UsageError, match="got none by all"):
        make_plan(matrix, "other", Selection())


@pytest.mark.parametrize(
    ("selection", "idle"),
    [
        (Selection(rows=("GD", "typo*")), r"`rows` typo\*"),
        (Selection(ntr=(1, 4), combinations=("c1", "c9")), "`ntr` 4 `combinations` c9"),
    ],
)
def test_a_value_that_selects_nothing_is_named(matrix, selection, idle):
    with pytest.raises(UsageError, match=f"got none by {idle}$"):
        make_plan(matrix, "small", selection)


def test_two_rows_of_one_experiment_are_refused(matrix):
    rows = {"one": Row(data="volumes"), "other": Row(data="volumes")}
    with pytest.raises(UsageError, match=r"\(one, 1 .*\) and \(other, 1 .*\) must differ"):
        make_plan(matrix.model_copy(update={"rows": rows}), "small", Selection())


@pytest.mark.parametrize(
    ("argument", "value"), [("rows", "GD*"), ("ntr", "all"), ("combinations", "c1")]
)
def test_a_single_string_is_no_sequence(argument: str, value: str):
    message = rf"`{argument}`: must be a sequence of values, got '{value.replace('*', '.')}'"
    with pytest.raises(UsageError, match=message):
        Selection(**{argument: value})
