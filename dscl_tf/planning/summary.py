"""What was found in a folder and what is proposed, as text for a person."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from dscl_tf.planning.fingerprint import Scan
from dscl_tf.planning.plan import Plan
from dscl_tf.planning.write import told_minutes
from dscl_tf.text import aligned, named

# What is proposed on screen; the rest of the configuration says its reasons in the file.
SHOWN = (
    "data.folder",
    "data.dicom",
    "data.channel",
    "data.classes",
    "data.labels",
    "data.unlisted_labels",
    "data.slice_axis",
    "data.spacing",
    "data.grid",
    "data.percentiles",
    "data.intensity_range",
    "data.not_finite",
    "stages",
    "pretrain_global.strategy",
    "pretrain_global.partitions",
)
WIDTH = 98


def summary(plan: Plan, minutes: Mapping[str, float] | None = None) -> str:
    """Return what a folder holds and what a plan proposes, with the reasons.

    Args:
        plan: the plan.
        minutes: expected minutes by stage.
    """
    fingerprint = plan.fingerprint
    lines = [f"found in {fingerprint.source.folder}: {fingerprint.source.kind}"]
    lines += [f"  {line}" for line in aligned(_found(plan), left=None)]
    lines += ["", "proposed"]
    for decision in plan.decisions:
        if decision.key in SHOWN:
            lines.append(f"  {decision.key}: {shown(decision.value)}")
            lines += _wrapped(decision.why)
    choice = plan.choice
    counts = ", ".join(f"{len(ids)} {name}" for name, ids in choice.lists.items())
    lines.append(f"  splits: {counts}")
    lines += _wrapped(choice.why)
    if choice.train:
        lists = {"train": choice.train, "validation": choice.validation, "test": choice.test}
        lines += _wrapped(
            "; ".join(f"{name} {named(ids, 4)}" for name, ids in lists.items() if ids)
        )
    if choice.unused:
        lines += _wrapped(f"In no list: {named(choice.unused, 5)}.")
    if minutes:
        told = ", ".join(f"{stage} {told_minutes(value)}" for stage, value in minutes.items())
        lines.append(f"  expected: {told}")
    return "\n".join(lines)


def shown(value: object) -> str:
    """Return a value of the configuration on one line.

    >>> shown({1: "wall"}), shown([1.5, 1.5]), shown("GD")
    ('{1: wall}', '[1.5, 1.5]', 'GD')
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value)) + "]"
    return "null" if value is None else f"{value}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _found(plan: Plan) -> list[tuple[str, str]]:
    fingerprint = plan.fingerprint
    masks = fingerprint.labelled
    rows = [
        (
            "volumes",
            f"{len(fingerprint.scans)}, {len(masks)} with a mask",
        ),
        ("read", f"headers of all, all masks, voxels of {plan.read} volumes"),
    ]
    if masks:
        values = ", ".join(f"{v} in {n}" for v, n in fingerprint.values.items())
        rows.append(("label values", f"{values} masks"))
    unit = fingerprint.source.data.unit
    shapes = [scan.place.array.shape for scan in fingerprint.scans]
    spacings = [scan.place.spacing for scan in fingerprint.scans]
    rows += [
        ("shape", _range(np.array(shapes, float))),
        ("spacing", f"{_range(np.array(spacings))} {unit}"),
    ]
    if unit == "mm":
        rows.append(("orientation", _orientations(fingerprint.scans)))
    if unused := fingerprint.source.unused:
        rows.append(("not used", f"{len(unused)} files, such as {named(unused, 2)}"))
    return [*rows, ("machine", plan.machine.name)]


def _range(values: np.ndarray) -> str:
    """Return least and largest along each axis, and the median."""
    parts = []
    for column in values.T:
        low, high = column.min(), column.max()
        parts.append(f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g}-{high:.4g}")
    median = " x ".join(f"{value:.4g}" for value in np.median(values, axis=0))
    text = " x ".join(parts)
    return text if text == median else f"{text} (median {median})"


def _orientations(scans: Sequence[Scan]) -> str:
    counts = Counter(scan.orientation for scan in scans)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(4))
