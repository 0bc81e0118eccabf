"""The Dice of every volume as a dot, a strip per class, as an SVG whose colours are the page's."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dscl_tf.evaluation.metrics import VolumeRows

WIDTH, LEFT, RIGHT = 340, 12, 12
STRIP, BOTTOM = 36, 34  # heights
JITTER = (0, -5, 5, -2.5, 2.5)  # so that equal values do not hide each other

Strip = tuple[str, float, Sequence[tuple[str, float]]]
"""Name, mean, and the volumes with their values."""


def strip_plot(rows: VolumeRows, summary: Mapping[str, Any]) -> str:
    """Return one SVG element, 340 units wide: Dice from 0 to 1, a strip per class and the mean's.

    Each dot tells its volume and value when pointed at; the upright line is the mean. Undefined
    values have no dot.

    Args:
        rows: results per volume.
        summary: `summarise` of them.
    """
    strips = _strips(rows, summary)
    height = STRIP * len(strips) + BOTTOM
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Dice of {len(rows)} volumes, per class">'
    ]
    base = height - BOTTOM + 4
    for tenths in range(0, 11, 2):
        x, anchor = _x(tenths / 10), {0: "start", 10: "end"}.get(tenths, "middle")
        parts.append(f'<path class="grid" d="M{x:.1f} 4V{base}"/>')
        parts.append(_text(x, base + 14, anchor, f"{tenths / 10:g}"))
    parts.append(_text(WIDTH / 2, height - 4, "middle", "Dice"))
    for number, (name, mean, values) in enumerate(strips):
        y = STRIP * number + 26
        parts.append(_text(LEFT, y - 13, "start", name))
        parts.append(f'<path class="axis" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        parts += [
            f'<circle class="dot0" fill-opacity=".6" cx="{_x(value):.1f}" '
            f'cy="{y + JITTER[index % len(JITTER)]:g}" r="3.5">'
            f"<title>{escape(volume)}: {value:.3f}</title></circle>"
            for index, (volume, value) in enumerate(values)
        ]
        if not math.isnan(mean):
            parts.append(
                f'<path class="mean" d="M{_x(mean):.1f} {y - 9}v18">'
                f"<title>mean: {mean:.3f}</title></path>"
            )
    return "".join([*parts, "</svg>"])


def _strips(rows: VolumeRows, summary: Mapping[str, Any]) -> list[Strip]:
    strips: list[Strip] = []
    for entry in summary["classes"]:
        values = [
            (volume, row.dice)
            for volume, metrics in rows
            for row in metrics
            if row.label == entry["label"]
        ]
        strips.append((entry["name"], entry["dice"]["mean"], _defined(values)))
    if len(strips) > 1:
        means = [(volume, each["dice"]) for volume, each in summary["per_volume"].items()]
        strips.append(("mean of the classes", summary["dice"]["mean"], _defined(means)))
    return strips


def _defined(values: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(volume, value) for volume, value in values if not math.isnan(value)]


def _x(dice: float) -> float:
    return LEFT + dice * (WIDTH - LEFT - RIGHT)


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
