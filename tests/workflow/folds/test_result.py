from pathlib import Path

import numpy as np
import pytest

from dscl_tf.workflow.folds.draw import Fold
from dscl_tf.workflow.folds.result import FoldResult, FoldsResult

NAN = float("nan")


def fold(number: int, train: str, **dice: tuple[float, float]) -> FoldResult:
    """A fold with the Dice of heart and wall per volume."""
    scores = {id: {"heart": one, "wall": other} for id, (one, other) in dice.items()}
    return FoldResult(Fold(number, (train,), ("v",), tuple(dice)), Path("r"), Path("p"), scores)


RESULT = FoldsResult(
    Path("home"),
    (fold(1, "a", b=(0.8, 0.4), c=(0.6, NAN)), fold(2, "b", a=(0.5, 0.5), c=(0.7, 0.9))),
    ("heart", "wall"),
    test=False,
    seed=1,
)


def test_scores_are_folds_by_volumes_and_miss_what_a_fold_was_not_evaluated_on() -> None:
    np.testing.assert_equal(RESULT.scores("heart"), [[NAN, 0.8, 0.6], [0.5, NAN, 0.7]])
    np.testing.assert_allclose(RESULT.scores(), [[NAN, 0.6, 0.6], [0.5, NAN, 0.8]])


def test_statistics_per_class_and_of_the_mean_over_classes() -> None:
    found = RESULT.statistics()
    assert found["heart"].mean == pytest.approx((0.7 + 0.6) / 2)
    assert found["wall"].mean == pytest.approx((0.4 + 0.7) / 2)
    assert found["mean"].std == pytest.approx(0.05 / np.sqrt(2))


def test_the_table_names_the_volumes_of_each_fold() -> None:
    lines = RESULT.table().splitlines()
    assert lines[0].split() == ["fold", "heart", "wall", "mean"]
    assert lines[2].split() == ["1", "0.700", "0.400", "0.600"]
    assert lines[5].split() == ["mean", "0.650", "0.550", "0.625"]
    assert [line.split()[0] for line in lines[6:9]] == ["std", "from", "to"]
    assert "fold 2: trained on b; validated by v; evaluated on a, c" in lines


def test_json_has_no_nan() -> None:
    found = RESULT.to_dict()
    assert found["folds"][0]["per_volume"]["c"] == {"heart": 0.6, "wall": None}
    assert (found["evaluated"], found["folds"][1]["train"]) == ("left out", ("b",))
