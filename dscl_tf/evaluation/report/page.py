"""One HTML page with embedded images that loads nothing: results, training curves, settings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dscl_tf.evaluation.metrics import ABSENT_CLASS_RULE, VolumeRows
from dscl_tf.evaluation.report.contents import (
    by_label,
    charts_of_stages,
    class_names,
    removed_voxels,
    sections,
)
from dscl_tf.evaluation.report.strip_plot import strip_plot
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
    key: Mapping[str, Mapping[str, str]] | None = None,
    figures: Sequence[CaptionedPng] = (),
    notes: Sequence[str] = (),
    environment: Mapping[str, Any] | None = None,
    unit: str = "mm",
) -> None:
    """Write the report: results first, the health of the training and the settings folded below.

    Args:
        path: the HTML file; an existing one is replaced.
        title: the heading.
        settings: the resolved configuration, nested.
        histories: stage to its metrics, see `curves.read_curves`, in the order of the stages.
        rows: results per volume; may be empty.
        summary: `summarise` of the rows; also what `Cleaning.summary` says, as `components`.
        overlays: pictures of the best, median and worst volume.
        key: what the overlays show: headings to names to CSS colours.
        figures: further pictures, shown with the training.
        notes: paragraphs.
        environment: command, versions, machine.
        unit: of the distances, "mm" or "px".

    Raises:
        DataError: the file cannot be written.

    ::

        write_report(path, title="A", settings={}, histories={}, rows=[], summary=summarise([]))
    """
    classes = class_names(settings)
    page = render(
        "evaluation/report/report.html.jinja",
        title=title,
        rule=ABSENT_CLASS_RULE,
        measures=_DIGITS,
        summary=summary,
        strips=Markup(strip_plot(rows, summary)) if rows else "",
        removed=removed_voxels(summary, classes),
        roles=best_median_worst(rows),
        rows=by_label(rows),
        **charts_of_stages(histories, classes),
        overlays=overlays,
        key=key or {},
        figures=figures,
        notes=notes,
        environment=environment or {},
        unit=unit,
        settings=sections(settings),
    )
    with atomic_write(path) as file:
        file.write(page.encode())
