"""One self-contained HTML page: results, overlays, training curves, settings."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dscl_tf.evaluation.metrics import ABSENT_CLASS_RULE, VolumeRows
from dscl_tf.evaluation.report.curves import chart, read_curves
from dscl_tf.evaluation.summary import best_median_worst
from dscl_tf.files import atomic_write
from dscl_tf.pages import render

CaptionedPng = tuple[str, bytes]
"""A caption and the PNG that it stands under."""

_DIGITS = (("dice", 3), ("hd95_mm", 1), ("asd_mm", 2))


def write_report(
    path: str | Path,
    *,
    title: str,
    settings: Mapping[str, Any],
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    rows: VolumeRows,
    summary: Mapping[str, Any],
    overlays: Sequence[CaptionedPng] = (),
    figures: Sequence[CaptionedPng] = (),
    notes: Sequence[str] = (),
    environment: Mapping[str, Any] | None = None,
    unit: str = "mm",
) -> None:
    """Write the report; images are embedded and nothing is loaded from anywhere.

    Args:
        path: the HTML file; an existing one is replaced.
        title: its heading.
        settings: the resolved configuration as a nested dictionary.
        histories: stage name to the lines of its metrics (`step` and metrics; see
            `curves.read_curves`), in the order of the stages.
        rows: results per volume; may be empty.
        summary: `summarise` of the rows.
        overlays: pictures of the best, median and worst volume.
        figures: further pictures, shown at the end.
        notes: paragraphs of plain text.
        environment: the command, versions, hardware, seed: shown as a table.
        unit: of the distances, "mm" or "px".

    Raises:
        DataError: the file cannot be written.

    Example::

        write_report(
            "report.html", title="Mine", settings={}, histories={}, rows=[], summary=summarise([])
        )
    """
    page = render(
        "evaluation/report/report.html.jinja",
        title=title,
        rule=ABSENT_CLASS_RULE,
        measures=_DIGITS,
        summary=summary,
        roles=best_median_worst(rows),
        rows=[
            (volume, {row.label: row for row in metrics})
            for volume, metrics in sorted(rows, key=lambda item: item[0])
        ],
        stages={stage: _charts(history) for stage, history in histories.items()},
        overlays=overlays,
        figures=figures,
        notes=notes,
        environment=environment or {},
        unit=unit,
        settings=_sections(settings),
    )
    with atomic_write(path) as file:
        file.write(page.encode())


def _charts(history: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        title: {"names": list(curves), "svg": Markup(chart(curves))}
        for title, curves in read_curves(history).items()
    }


def _sections(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Flatten each top-level section to dotted keys; plain top-level values come first."""
    plain = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    sections = {"experiment": _flat(plain)} if plain else {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            sections[key] = _flat(value)
    return sections


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = (
                value if isinstance(value, str) else json.dumps(value, default=str)
            )
    return flat
