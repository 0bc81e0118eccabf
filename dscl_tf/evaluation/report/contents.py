"""What a report shows of runs and of settings, sorted and in words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dscl_tf.evaluation.metrics import ClassMetrics, VolumeRows
from dscl_tf.evaluation.report.curves import chart, read_curves
from dscl_tf.evaluation.report.plain import without_folders
from dscl_tf.evaluation.report.words import chart_title, curve_name

ANSWERS = ("dice", "pseudo_share")
"""Charts that belong to the results; the others are the health of the training."""

RULES = {
    "large": "small components removed",
    "near": "components far from the anchor removed",
    "large near": "small components and those far from the anchor removed",
}


def class_names(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of classes by label, both as text; none where settings have none.

    >>> class_names({"data": {"classes": {1: "wall"}}})
    {'1': 'wall'}
    """
    data = settings.get("data")
    found = data.get("classes") if isinstance(data, Mapping) else None
    return {str(label): str(name) for label, name in (found or {}).items()}


Charts = dict[str, dict[str, dict[str, Any]]]
"""Stage to name of the chart to what `charts` says of it."""


def charts_of_stages(
    histories: Mapping[str, Sequence[Mapping[str, Any]]], classes: Mapping[str, str]
) -> dict[str, Charts]:
    """Return the `charts` of each stage: `answers` those of `ANSWERS`, `stages` the others."""
    of_stages = {stage: charts(history, classes) for stage, history in histories.items()}
    return {
        kind: {
            stage: {name: one for name, one in drawn.items() if (name in ANSWERS) == wanted}
            for stage, drawn in of_stages.items()
        }
        for kind, wanted in (("answers", True), ("stages", False))
    }


def charts(
    history: Sequence[Mapping[str, Any]], classes: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return the charts of a stage's metrics, by the names that `curves.read_curves` gives them.

    Each is a `title`, what is `good`, the `names` of its curves (none where one says it all) and
    an `svg`.
    """
    drawn = {}
    for name, curves in read_curves(history).items():
        title, good = chart_title(name)
        names = [curve_name(curve, name, classes) for curve in curves]
        if len(set(names)) < len(names):  # as of classes with one name
            names = list(curves)
        named = dict(zip(names, curves.values(), strict=True)) if len(names) > 1 else curves
        labels = names if len(names) > 1 or name == "pseudo_share" else []
        drawn[name] = {
            "title": title,
            "good": good,
            "names": labels,
            "svg": Markup(chart(named)),
        }
    return drawn


def by_label(rows: VolumeRows) -> list[tuple[str, dict[int, ClassMetrics]]]:
    """Return the volumes in the order of their ids, each with its metrics by label."""
    ordered = sorted(rows, key=lambda item: item[0])
    return [(volume, {row.label: row for row in metrics}) for volume, metrics in ordered]


def removed_voxels(
    summary: Mapping[str, Any], classes: Mapping[str, str]
) -> list[tuple[str, str, int]]:
    """Return per class with a rule its name, what the rule does, and the voxels that it removed."""
    cleaned = summary.get("components")
    if not cleaned:
        return []
    return [
        (classes.get(label, f"class {label}"), RULES[rule], cleaned["removed_voxels"][label])
        for label, rule in cleaned["rules"].items()
    ]


def sections(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Flatten each top-level section to dotted keys; plain top-level values come first."""
    plain = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    found = {"experiment": _flat(plain)} if plain else {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            found[key] = _flat(value)
    return found


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            flat[f"{prefix}{key}"] = without_folders(text)
    return flat
