import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.config import Combination
from dscl_tf.errors import UsageError
from dscl_tf.workflow.folds.draw import draw_folds


def chosen(train: str, validation: str) -> Combination:
    return Combination(train=tuple(train), validation=tuple(validation))


def test_where_there_are_enough_the_validation_volumes_stay() -> None:
    folds = draw_folds("abcdefv", chosen("a", "v"), "f", count=5, seed=1)
    assert sorted(fold.train for fold in folds) == [(id,) for id in "abcde"]
    assert {fold.validation for fold in folds} == {("v",)}
    assert {fold.evaluated for fold in folds} == {("f",)}


def test_where_there_are_few_training_and_validation_volumes_rotate() -> None:
    folds = draw_folds("abc", chosen("a", "b"), "", count=3, seed=1)
    assert sorted(fold.train for fold in folds) == [("a",), ("b",), ("c",)]
    for fold in folds:
        assert sorted((*fold.train, *fold.validation, *fold.evaluated)) == ["a", "b", "c"]


def test_without_test_volumes_a_fold_is_evaluated_on_what_it_leaves_out() -> None:
    for fold in draw_folds("abcdv", chosen("ab", "v"), "", count=4, seed=1):
        assert set(fold.evaluated) == set("abcd") - set(fold.train)


def test_more_folds_begin_with_the_same_and_another_seed_with_others() -> None:
    ids = "abcdefghijv"
    five = draw_folds(ids, chosen("a", "v"), "j", count=5, seed=1)
    assert draw_folds(ids, chosen("a", "v"), "j", count=3, seed=1) == five[:3]
    assert draw_folds(ids, chosen("a", "v"), "j", count=5, seed=2) != five


@given(
    count=st.integers(2, 6), training=st.integers(1, 3), test=st.booleans(), seed=st.integers(0, 99)
)
def test_no_volume_serves_two_ends_in_a_fold(
    count: int, training: int, test: bool, seed: int
) -> None:
    ids = "abcdefgh"
    held = "gh" if test else ""
    folds = draw_folds(ids, chosen("abc"[:training], "d"), held, count=count, seed=seed)
    assert len({fold.train for fold in folds}) == count
    for fold in folds:
        assert fold.evaluated and len(fold.train) == training and len(fold.validation) == 1
        parts = (*fold.train, *fold.validation, *fold.evaluated)
        assert len(set(parts)) == len(parts) and set(parts) <= set(ids)


@pytest.mark.parametrize(
    ("ids", "test", "count", "most"), [("ab", "", 2, 0), ("abt", "t", 3, 2), ("abc", "", 4, 3)]
)
def test_too_few_volumes_are_refused_with_how_many_folds_they_allow(
    ids: str, test: str, count: int, most: int
) -> None:
    with pytest.raises(UsageError, match=rf"`folds`: must be at most {most} with .*; got {count}"):
        draw_folds(ids, chosen("a", "b"), test, count=count, seed=1)
