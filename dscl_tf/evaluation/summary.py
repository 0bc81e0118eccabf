"""Metrics of many volumes in short: means and deviations, and the volumes to look at.

Values that the absent-class rule of `metrics` leaves undefined take no part.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dscl_tf.evaluation.metrics import MEASURES, ClassMetrics, VolumeRows


def mean_over_classes(metrics: Sequence[ClassMetrics], measure: str) -> float:
    """Return the foreground mean of one of `MEASURES`; NaN where no class has a value."""
    return _statistics([getattr(row, measure) for row in metrics])["mean"]


def summarise(rows: VolumeRows) -> dict[str, Any]:
    """Return means and standard deviations over volumes.

    The result holds `volumes` (their number), each of `MEASURES` as the statistics of the
    volumes' foreground means, `absent_from_one` (classes over all volumes), `per_volume` (id to
    foreground means) and `classes` (per class label, name, the statistics of each measure,
    `absent_from_one`, `absent_from_both`). Statistics are `mean`, `std` (population) and `count`,
    the number of values that the absent-class rule left.

    >>> heart = ClassMetrics(1, "heart", 0.5, 3.0, 1.0, 5.0, 5.0)
    >>> missed = ClassMetrics(1, "heart", 0.0, np.nan, np.nan, 5.0, 0.0)
    >>> summary = summarise([("a", [heart]), ("b", [missed])])
    >>> summary["dice"], summary["hd95_mm"]["count"], summary["absent_from_one"]
    ({'mean': 0.25, 'std': 0.25, 'count': 2}, 1, 1)
    """
    per_volume = {
        volume: {measure: mean_over_classes(metrics, measure) for measure in MEASURES}
        for volume, metrics in rows
    }
    by_label: dict[int, list[ClassMetrics]] = {}
    for _, metrics in rows:
        for row in metrics:
            by_label.setdefault(row.label, []).append(row)
    return {
        "volumes": len(rows),
        **_each_measure(lambda measure: [means[measure] for means in per_volume.values()]),
        "absent_from_one": sum(_absent_from_one(metrics) for _, metrics in rows),
        "classes": [_class_summary(class_rows) for class_rows in by_label.values()],
        "per_volume": per_volume,
    }


def best_median_worst(rows: VolumeRows) -> dict[str, str]:
    """Return the volumes with the best, median and worst foreground mean Dice: id to role.

    Of an even number the median is the lower of the middle two; ties go by id; with fewer than
    three volumes roles share one ("best, median and worst"). Unscored volumes take no part.

    >>> def scored(dice):
    ...     return [ClassMetrics(1, "heart", dice, 1.0, 1.0, 2.0, 2.0)]
    >>> best_median_worst([("a", scored(0.5)), ("b", scored(0.9)), ("c", scored(0.7))])
    {'b': 'best', 'c': 'median', 'a': 'worst'}
    """
    means = {volume: mean_over_classes(metrics, "dice") for volume, metrics in rows}
    order = sorted(
        (volume for volume, mean in means.items() if not np.isnan(mean)),
        key=lambda volume: (-means[volume], volume),
    )
    if not order:
        return {}
    roles: dict[str, list[str]] = {}
    for role, index in (("best", 0), ("median", len(order) // 2), ("worst", len(order) - 1)):
        roles.setdefault(order[index], []).append(role)
    return {
        volume: " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        for volume, names in roles.items()
    }


def _class_summary(rows: Sequence[ClassMetrics]) -> dict[str, Any]:
    return {
        "label": rows[0].label,
        "name": rows[0].name,
        **_each_measure(lambda measure: [getattr(row, measure) for row in rows]),
        "absent_from_one": _absent_from_one(rows),
        "absent_from_both": sum(row.absent_from == "both" for row in rows),
    }


def _absent_from_one(rows: Sequence[ClassMetrics]) -> int:
    return sum(row.absent_from in ("reference", "prediction") for row in rows)


def _each_measure(values: Callable[[str], list[float]]) -> dict[str, dict[str, float]]:
    return {measure: _statistics(values(measure)) for measure in MEASURES}


def _statistics(values: Sequence[float]) -> dict[str, float]:
    present = np.array([value for value in values if not np.isnan(value)], np.float64)
    if not present.size:
        return {"mean": float("nan"), "std": float("nan"), "count": 0}
    return {"mean": float(present.mean()), "std": float(present.std()), "count": present.size}
