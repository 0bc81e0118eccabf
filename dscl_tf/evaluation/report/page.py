"""One self-contained HTML page: results, overlays, training curves, settings."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dscl_tf.evaluation.metrics import ABSENT_CLASS_RULE, VolumeRows
from dscl_tf.evaluation.report.curves import chart, read_curves
from dscl_tf.evaluation.report.plain import without_folders
from dscl_tf.evaluation.report.strip_plot import strip_plot
from dscl_tf.evaluation.report.words import chart_title, curve_name
from dscl_tf.evaluation.summary import best_median_worst
from dscl_tf.files import atomic_write
from dscl_tf.pages import render

CaptionedPng = tuple[str, bytes]
"""A caption and the PNG that it stands under."""

_DIGITS = (("dice", 3), ("hd95_mm", 1), ("asd_mm", 2))


ANSWERS = ("dice", "pseudo_share")
"""Charts that belong to the results; the others are the health of the training."""

_RULES = {
    "large": "small components removed",
    "near": "components far from the anchor removed",
    "large near": "small components and those far from the anchor removed",
}


def write_report(
    path: str | Path,
    *,
    title: str,
    settings: Mapping[str, Any],
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    rows: VolumeRows,
    summary: Mapping[str, Any],
    overlays: Sequence[CaptionedPng] = (),
    key: Mapping[str, Mapping[str, str]] | None = None,
    figures: Sequence[CaptionedPng] = (),
    notes: Sequence[str] = (),
    environment: Mapping[str, Any] | None = None,
    unit: str = "mm",
) -> None:
    """Write the report; images are embedded and nothing is loaded from anywhere.

    Results come first; the health of the training and the settings are folded below them.

    Args:
        path: the HTML file; an existing one is replaced.
        title: its heading.
        settings: the resolved configuration as a nested dictionary.
        histories: stage to the lines of its metrics (`step` and metrics; see
            `curves.read_curves`), in the order of the stages.
        rows: results per volume; may be empty.
        summary: `summarise` of the rows; also what `Cleaning.summary` says, as `components`.
        overlays: pictures of the best, median and worst volume.
        key: what the overlays show: headings to names to CSS colours.
        figures: further pictures, shown with the training.
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
    classes = _classes(settings)
    stages = {stage: _charts(history, classes) for stage, history in histories.items()}
    page = render(
        "evaluation/report/report.html.jinja",
        title=title,
        rule=ABSENT_CLASS_RULE,
        measures=_DIGITS,
        summary=summary,
        strips=Markup(strip_plot(rows, summary)) if rows else "",
        removed=_removed(summary, classes),
        roles=best_median_worst(rows),
        rows=[
            (volume, {row.label: row for row in metrics})
            for volume, metrics in sorted(rows, key=lambda item: item[0])
        ],
        answers={stage: _chosen(charts, True) for stage, charts in stages.items()},
        stages={stage: _chosen(charts, False) for stage, charts in stages.items()},
        overlays=overlays,
        key=key or {},
        figures=figures,
        notes=notes,
        environment=environment or {},
        unit=unit,
        settings=_sections(settings),
    )
    with atomic_write(path) as file:
        file.write(page.encode())


def _classes(settings: Mapping[str, Any]) -> dict[str, str]:
    data = settings.get("data")
    found = data.get("classes") if isinstance(data, Mapping) else None
    return {str(label): str(name) for label, name in (found or {}).items()}


def _charts(
    history: Sequence[Mapping[str, Any]], classes: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    charts = {}
    for name, curves in read_curves(history).items():
        title, good = chart_title(name)
        names = [curve_name(curve, name, classes) for curve in curves]
        named = dict(zip(names, curves.values(), strict=True)) if len(names) > 1 else curves
        labels = names if len(names) > 1 or name == "pseudo_share" else []
        charts[name] = {
            "title": title,
            "good": good,
            "names": labels,
            "svg": Markup(chart(named)),
        }
    return charts


def _chosen(charts: Mapping[str, Any], answers: bool) -> dict[str, Any]:
    return {name: entry for name, entry in charts.items() if (name in ANSWERS) == answers}


def _removed(summary: Mapping[str, Any], classes: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Return per class with a rule its name, what the rule does, and the voxels that it removed."""
    cleaned = summary.get("components")
    if not cleaned:
        return []
    return [
        (classes.get(label, f"class {label}"), _RULES[rule], cleaned["removed_voxels"][label])
        for label, rule in cleaned["rules"].items()
    ]


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
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            flat[f"{prefix}{key}"] = without_folders(text)
    return flat
