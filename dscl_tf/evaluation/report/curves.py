"""Training curves as small SVG charts whose colours follow the page's style sheet."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from matplotlib.ticker import MaxNLocator

# What a metric and its counterpart in the same chart are told apart by.
_COUNTERPART = re.compile(r"^(validation|val|positive|negative)_|_(chance|of_input|\d+)$")

COLOURS = 6  # that the page has; further curves take them again
WIDTH, HEIGHT = 340, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 10, 12, 36

Curve = list[tuple[float, float]]


def read_curves(history: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Curve]]:
    """Sort the columns of a stage's metrics into charts.

    Args:
        history: dictionaries with `step` and any metrics; a missing, empty or non-finite value
            counts as not measured at that step, and other text (a time stamp) is no metric.

    Returns:
        chart title to curve name to points (step, value). A metric and its validation
        counterpart (prefix `val_` or `validation_`) share a chart, and so do a metric and its
        chance value (suffix `_chance`) or that of the input (`_of_input`), and that of positives
        and of negatives, and those of the classes (a number at the end).

    >>> read_curves([{"step": 50, "loss": 2.0, "val_loss": 3.0}])
    {'loss': {'loss': [(50.0, 2.0)], 'val_loss': [(50.0, 3.0)]}}
    """
    charts: dict[str, dict[str, Curve]] = {}
    for row in history:
        step = _number(row.get("step"))
        for name, value in row.items():
            measured = _number(value)
            if name != "step" and step is not None and measured is not None:
                title = _COUNTERPART.sub("", name)
                charts.setdefault(title, {}).setdefault(name, []).append((step, measured))
    return charts


def chart(curves: Mapping[str, Curve]) -> str:
    """Return one SVG element (340 x 220 units) with a line per curve over the training step.

    Classes `curve0`, `curve1`, ..., `axis` and `grid` take their colours from the page.
    """
    points = [point for curve in curves.values() for point in curve]
    x_ticks = _ticks([x for x, _ in points], 4)
    y_ticks = _ticks([y for _, y in points], 5)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(", ".join(curves))} over training steps">'
    ]
    for value in y_ticks:
        y = _scale(value, y_ticks, HEIGHT - BOTTOM, TOP)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(_text(LEFT - 6, y + 4, "end", f"{value:g}"))
    for value in x_ticks:
        x = _scale(value, x_ticks, LEFT, WIDTH - RIGHT)
        anchor = "end" if value == x_ticks[-1] else "middle"
        parts.append(f'<path class="axis" d="M{x:.1f} {HEIGHT - BOTTOM}v4"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 16, anchor, f"{value:,.10g}"))
    parts.append(f'<path class="axis" d="M{LEFT} {HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>')
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "step"))
    for number, curve in enumerate(curves.values()):
        index = number % COLOURS
        line = [
            (
                _scale(x, x_ticks, LEFT, WIDTH - RIGHT),
                _scale(y, y_ticks, HEIGHT - BOTTOM, TOP),
            )
            for x, y in curve
        ]
        if len(line) == 1:
            (x, y), *_ = line
            parts.append(f'<circle class="dot{index}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
            parts.append(f'<polyline class="curve{index}" points="{path}"/>')
    return "".join([*parts, "</svg>"])


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _ticks(values: Sequence[float], count: int) -> list[float]:
    low, high = min(values), max(values)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])
    return [float(f"{tick:.10g}") for tick in locator.tick_values(low, high)]


def _scale(value: float, ticks: Sequence[float], start: float, stop: float) -> float:
    return start + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (stop - start)


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
