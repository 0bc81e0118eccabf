"""An inspection as text for the terminal: summary, table, warnings."""

from collections.abc import Sequence
from typing import Any

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.inspection import Inspection
from dscl_tf.data.io import PICTURES, VOLUMES, ImageKind
from dscl_tf.text import aligned, counted


def text_report(inspection: Inspection) -> str:
    """Return the summary, a table with a line per volume, and the warnings.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.inspect import inspect_store
    >>> from dscl_tf.data.store import phantom_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     inspection = inspect_store(phantom_store(folder, patients=2), load_config("phantom"))
    ...     text_report(inspection).splitlines()[1]
    '  slices per volume  11 to 14, median 12.5'
    """
    warnings = [finding.message for finding in inspection.warnings]
    heading = counted(len(warnings), "warning")
    return "\n".join(
        [
            summary_text(inspection.summary),
            "",
            volume_table(inspection.volumes, inspection.summary),
            "",
            *([f"{heading}:", *(f"  {line}" for line in warnings)] if warnings else []),
            *([] if warnings else ["no warnings"]),
        ]
    )


def summary_text(summary: dict[str, Any]) -> str:
    """Return the summary, a line per quantity; for pictures without slices and directions."""
    kind, unit = _kind(summary), summary["unit"]
    low, high = (f"intensity {end}" for end in _ends(summary))
    grid, spacing = summary["grid"], summary["grid_spacing"]
    training = f"{grid[0]}x{grid[1]} pixels of {spacing[0]:.4g}x{spacing[1]:.4g} {unit}"
    lines = [("training grid", training)]
    if kind.anatomical:
        lines = [
            ("slices per volume", _span(summary["slices_per_volume"])),
            ("spacing in plane", _span(summary["plane_spacing"], " mm")),
            ("spacing of slices", _span(summary["slice_spacing"], " mm")),
            ("training grid", training),
            ("slices", _counts(summary["slice_axes"])),
            ("axes of the files", _counts(summary["orientations"])),
        ]
    if channels := summary.get("channels"):
        lines.append(("channels", f"{', '.join(channels)}; intensities of {channels[0]}"))
    lines += [(low, _span(summary["low"])), (high, _span(summary["high"]))]
    for name, span in summary["class_ml"].items():
        text = "in no volume"
        if span:
            text = f"{_span(span, f' {kind.extent_unit}')}, in {counted(span['volumes'], 'volume')}"
        lines.append((name, text))
    if summary["partition_retrieval"] is not None:
        text = (
            f"{summary['partition_retrieval']:.0%} of partitions recognised among the set's "
            f"(chance {summary['partition_retrieval_chance']:.0%})"
        )
        lines.append(("alignment", text))
    lines += [("not checked", text) for text in summary["not_checked"]]
    width = max(len(name) for name, _ in lines)
    head = (
        f"{summary['store']}: {counted(summary['volumes'], 'volume')} "
        f"({summary['labelled']} labelled), {counted(summary['slices'], 'slice')}"
    )
    return "\n".join([head, *(f"  {name.ljust(width)}  {text}" for name, text in lines)])


def volume_table(volumes: Sequence[VolumeFacts], summary: dict[str, Any]) -> str:
    """Return a table with a line per volume."""
    kind = _kind(summary)
    sizes = f"volumes {kind.extent_unit}"
    header = ["id", "slices", "shape", f"spacing {kind.unit}", "axes", *_ends(summary), sizes]
    lines = [header, *(_cells(facts) for facts in volumes)]
    if not kind.anatomical:  # without slices and axes
        lines = [[line[0], *line[2:4], *line[5:]] for line in lines]
    return "\n".join(aligned(lines, left=None))


def _kind(summary: dict[str, Any]) -> ImageKind:
    return next(kind for kind in (VOLUMES, PICTURES) if kind.unit == summary["unit"])


def _cells(facts: VolumeFacts) -> list[str]:
    low, high = facts.intensity_range
    volumes = ", ".join(f"{name} {ml:.1f}" for name, ml in facts.volumes_ml.items())
    return [
        facts.id,
        f"{facts.slices} {facts.slice_axis}",
        "x".join(str(side) for side in facts.shape),
        "x".join(f"{side:.4g}" for side in facts.spacing),
        facts.orientation,
        f"{low:.4g}",
        f"{high:.4g}",
        volumes or "no mask",
    ]


def _ends(summary: dict[str, Any]) -> tuple[str, str]:
    """Return what the intensities are called that became 0 and 1."""
    if summary["percentiles"] is None:
        return "low", "high"
    low, high = summary["percentiles"]
    return f"p{low:g}", f"p{high:g}"


def _span(span: dict[str, float], unit: str = "") -> str:
    if span["least"] == span["most"]:
        return f"{span['least']:.4g}{unit}"
    return f"{span['least']:.4g} to {span['most']:.4g}{unit}, median {span['median']:.4g}{unit}"


def _counts(counts: dict[str, int]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{name} {count}" for name, count in counts.items())
