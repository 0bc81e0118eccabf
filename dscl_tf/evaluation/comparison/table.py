"""A comparison of runs as text for the terminal."""

import math
from typing import TYPE_CHECKING

from dscl_tf.evaluation.bootstrap import LEVEL
from dscl_tf.evaluation.comparison.difference import RESAMPLES, Difference
from dscl_tf.evaluation.comparison.pairs import ALONE, COMBINATION
from dscl_tf.text import aligned, counted, number

if TYPE_CHECKING:
    from dscl_tf.evaluation.comparison.comparison import Comparison

TITLES = {"dice": "Dice", "hd95": "HD95"}


def comparison_table(comparison: "Comparison") -> str:
    """Return the pairs, the differences, and in words what these show."""
    parts = [_pairs(comparison), _differences(comparison), _means(comparison)]
    parts[-1] += [*_cautions(comparison), *_unclear(comparison)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def signed(value: float, digits: int) -> str:
    """Return `value` rounded, with its sign, or "-" where it is NaN.

    >>> signed(0.0416, 3), signed(-0.0001, 3), signed(0.0, 3), signed(float("nan"), 3)
    ('+0.042', '-0.000', '0.000', '-')
    """
    if math.isnan(value) or value == 0:
        return number(abs(value), digits)
    return f"{value:+.{digits}f}"


def _pairs(comparison: "Comparison") -> list[str]:
    lines = [["pair", "baseline", "candidate", "Dice", "Dice", "difference"]]
    for pair, (before, after) in zip(comparison.pairs, comparison.dice, strict=True):
        runs = [str(pair.baseline.path), str(pair.candidate.path)]
        scores = [number(before, 3), number(after, 3), signed(after - before, 3)]
        lines.append([pair.name, *runs, *scores])
    return _ruled(aligned(lines, left=3))


def _differences(comparison: "Comparison") -> list[str]:
    lines = [["", "baseline", "candidate", "difference", "from", "to"]]
    for one in comparison.differences:
        digits = 3 if one.measure == "dice" else 2
        values = [number(value, digits) for value in (one.baseline, one.candidate)]
        ends = [signed(value, digits) for value in (one.difference, one.low, one.high)]
        lines.append([_title(one, comparison.unit), *values, *ends])
    return _ruled(aligned(lines))


def _title(one: Difference, unit: str) -> str:
    return f"{TITLES[one.measure]}{'' if one.measure == 'dice' else f' {unit}'}, {one.name}"


def _means(comparison: "Comparison") -> list[str]:
    return [
        f"{counted(len(comparison.pairs), 'pair')} of runs, by {comparison.paired_by}; "
        f"{counted(len(comparison.volumes), f'{comparison.split} volume')}.",
        "difference: candidate - baseline; more Dice is better, less HD95 is. "
        f"from, to: its {LEVEL:.0%} percentile bootstrap interval, pairs and volumes drawn anew "
        f"{RESAMPLES:,} times (seed {comparison.seed}).",
    ]


def _cautions(comparison: "Comparison") -> list[str]:
    """Return what the intervals do not tell, and which scores take no part."""
    lines = []
    if comparison.paired_by == ALONE:
        lines.append("The two differ in training volumes or seed, which may make the difference.")
    if comparison.paired_by == COMBINATION:
        lines.append("Runs of a pair differ in training volumes, which may make the difference.")
    if len(comparison.pairs) == 1:
        lines.append(
            "With one pair the interval is over volumes alone: it does not tell what other "
            "labelled volumes or another seed would give."
        )
    if len(comparison.volumes) == 1:
        lines.append("With one volume the interval does not tell what other volumes would give.")
    every = comparison.expected * len(comparison.classes)
    for measure, title in TITLES.items():
        counts = [comparison.find(measure, name).count for name in comparison.classes]
        if missing := every - sum(counts):
            lines.append(
                f"{title}: {missing} of {every} scores of a class in a volume are undefined in one "
                "run of a pair or both, and take no part in the row of the class."
            )
    return lines


def _unclear(comparison: "Comparison") -> list[str]:
    """Return which differences were not shown."""
    unclear = [
        _title(one, comparison.unit)
        for one in comparison.differences
        if not one.shown and not math.isnan(one.low)
    ]
    if not unclear:
        return []
    return [f"No difference was shown, since the interval contains 0: {'; '.join(unclear)}."]


def _ruled(lines: list[str]) -> list[str]:
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]
