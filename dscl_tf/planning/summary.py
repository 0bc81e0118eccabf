"""What was found in a folder and what is proposed, as text for a person."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from dscl_tf.planning.fingerprint import Scan
from dscl_tf.planning.plan import Plan
from dscl_tf.planning.source import Source
from dscl_tf.planning.write import told_minutes
from dscl_tf.text import aligned, counted, named

# What is proposed on screen; the rest of the configuration says its reasons in the file.
SHOWN = (
    "data.folder",
    "data.dicom",
    "data.channel",
    "data.channels",
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
SAID = 5  # volumes that are left out, each with its reason


def summary(plan: Plan, minutes: Mapping[str, float] | None = None) -> str:
    """Return what a folder holds and what a plan proposes, with the reasons.

    Args:
        plan: the plan.
        minutes: expected minutes by stage.
    """
    fingerprint = plan.fingerprint
    lines = [f"found in {fingerprint.source.folder}: {fingerprint.source.kind}"]
    lines += [f"  {line}" for line in aligned(_found(plan), left=None)]
    lines += [line for note in fingerprint.source.notes for line in _wrapped(note, 2)]
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
    if left_out := fingerprint.source.left_out:
        lines += _wrapped(f"Left out of all lists: {named(list(left_out), 5)}.")
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


def _wrapped(text: str, indent: int = 6) -> list[str]:
    space = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False
    )


def _found(plan: Plan) -> list[tuple[str, str]]:
    fingerprint = plan.fingerprint
    masks = fingerprint.labelled
    rows = [
        (
            "volumes",
            f"{len(fingerprint.scans)}, {len(masks)} with a mask{_files(fingerprint.source)}",
        ),
        ("read", f"headers of all, all masks, voxels of {plan.read} volumes{_of_first(plan)}"),
    ]
    left_out = list(fingerprint.source.left_out.items())
    rows += [("left out", f"{id}: {why}") for id, why in left_out[:SAID]]
    if len(left_out) > SAID:
        rows.append(("left out", f"{named([id for id, _ in left_out[SAID:]])}: alike"))
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
        rows.append(("not used", f"{counted(len(unused), 'file')}, such as {named(unused, 2)}"))
    return [*rows, ("machine", plan.machine.name)]


def _files(source: Source) -> str:
    """Return how many files volumes of several files are."""
    count = sum(1 + len(case.further) for case in source.cases)
    return f"; {count} image files" if count > len(source.cases) else ""


def _of_first(plan: Plan) -> str:
    channels = plan.fingerprint.source.data.channels or ()
    return f", of their channels {channels[0].name} alone" if len(channels) > 1 else ""


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
