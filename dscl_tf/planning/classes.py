"""The classes: which values of the masks they are, and their names."""

from collections.abc import Mapping

from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.decision import Decision
from dscl_tf.planning.fingerprint import Fingerprint
from dscl_tf.text import named

MOST = 24  # classes that a plan takes without being told


def decide_classes(fingerprint: Fingerprint, wished: Mapping[int, str]) -> list[Decision]:
    """Decide on `data.classes`, `data.labels` and `data.unlisted_labels`.

    Args:
        fingerprint: the folder.
        wished: names of values in the masks; all others become background. Empty: all values, by
            the names that the data set gives them.

    Raises:
        DataError: the masks hold too many values.
        UsageError: a wished value is in no mask.
    """
    counts = fingerprint.values
    if not counts:
        why = "No mask shows a class; rename it when masks are there."
        return [Decision("data.classes", {1: "organ"}, why)]
    if unknown := sorted(set(wished) - set(counts)):
        raise UsageError(
            f"`labels`: must name values of the masks, {named(list(map(str, counts)))}, "
            f"got {unknown[0]}"
        )
    if not wished and len(counts) > MOST:
        raise DataError(
            f"{fingerprint.source.folder}: masks hold {len(counts)} labels "
            f"({named(list(map(str, counts)))}), a plan takes at most {MOST}; choose by `labels`, "
            f"such as --labels {next(iter(counts))}=wall; all others become background"
        )
    given = fingerprint.source.names
    names = dict(wished) or {value: given.get(value, f"label {value}") for value in counts}
    of_class = {name: number for number, name in enumerate(dict.fromkeys(_in_order(names)), 1)}
    classes = {number: name for name, number in of_class.items()}
    labels = {value: of_class[names[value]] for value in sorted(names)}
    return [
        Decision("data.classes", classes, _why_names(fingerprint, names, wished)),
        *_labels(labels, counts),
    ]


def _in_order(names: Mapping[int, str]) -> list[str]:
    return [names[value] for value in sorted(names)]


def _why_names(
    fingerprint: Fingerprint, names: Mapping[int, str], wished: Mapping[int, str]
) -> str:
    masks = len(fingerprint.labelled)
    held = ", ".join(
        f"{value} in {count}" for value, count in fingerprint.values.items() if value in names
    )
    told = f"Values of {masks} masks: {held}."
    if wished or all(value in fingerprint.source.names for value in names):
        return told
    return f"{told} Give them names here, or by --labels VALUE=NAME."


def _labels(labels: Mapping[int, int], counts: Mapping[int, int]) -> list[Decision]:
    decisions = []
    if any(value != number for value, number in labels.items()):
        why = "From the values in the masks to the classes, which are 1, 2, ... without gaps."
        decisions.append(Decision("data.labels", dict(labels), why))
    if left := [value for value in counts if value not in labels]:
        why = f"Values that are not listed: {named(list(map(str, left)))}."
        decisions.append(Decision("data.unlisted_labels", "background", why))
    return decisions
