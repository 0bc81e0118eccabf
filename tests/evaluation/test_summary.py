import math

import pytest

from dscl_tf.evaluation.metrics import ClassMetrics
from dscl_tf.evaluation.summary import best_median_worst, summarise


def scored(name, dice_value, label=1, hd95=1.0, reference_ml=1.0, prediction_ml=1.0):
    return ClassMetrics(label, name, dice_value, hd95, hd95, reference_ml, prediction_ml)


def test_summary_averages_classes_within_a_volume_then_volumes():
    # Volume b has one scored class: the mean of volume means (0.8) is not that of all values.
    undefined = scored("LV", math.nan, 2, math.nan, 0.0, 0.0)
    rows = [("a", [scored("RV", 0.5), scored("LV", 0.7, 2)]), ("b", [scored("RV", 1.0), undefined])]
    summary = summarise(rows)
    assert summary["dice"] == pytest.approx({"mean": 0.8, "std": 0.2, "count": 2})
    right, left = summary["classes"]
    assert right["dice"] == pytest.approx({"mean": 0.75, "std": 0.25, "count": 2})
    assert left["dice"] == pytest.approx({"mean": 0.7, "std": 0.0, "count": 1})
    assert (left["absent_from_both"], summary["absent_from_one"]) == (1, 0)


def test_summary_counts_missed_and_invented_classes_beside_the_mean_distance():
    missed = scored("RV", 0.0, 1, math.nan, 1.0, 0.0)
    invented = scored("RV", 0.0, 1, math.nan, 0.0, 1.0)
    rows = [("a", [missed]), ("b", [scored("RV", 0.9, hd95=4.0)]), ("c", [invented])]
    (entry,) = summarise(rows)["classes"]
    assert entry["dice"]["mean"] == pytest.approx(0.3)
    assert (entry["hd95_mm"]["mean"], entry["hd95_mm"]["count"]) == (4.0, 1)
    assert entry["absent_from_one"] == 2


def test_best_median_and_worst_go_by_mean_dice_then_id():
    values = {"e": 0.9, "d": 0.1, "c": 0.5, "b": 0.9, "a": 0.1}
    rows = [(name, [scored("RV", value)]) for name, value in values.items()]
    assert best_median_worst(rows) == {"b": "best", "c": "median", "d": "worst"}


def test_roles_share_volumes_where_there_are_fewer_than_three():
    rows = [("a", [scored("RV", 0.9)]), ("b", [scored("RV", 0.5)]), ("c", [scored("RV", math.nan)])]
    assert best_median_worst(rows) == {"a": "best", "b": "median and worst"}
    assert best_median_worst(rows[:1]) == {"a": "best, median and worst"}
    assert best_median_worst([]) == {}
