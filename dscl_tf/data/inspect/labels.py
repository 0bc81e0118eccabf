"""Classes that are absent or rare, or much smaller or larger than in the other volumes."""

from collections.abc import Iterable, Sequence

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.finding import Finding, each_or_all
from dscl_tf.data.inspect.outliers import Measure, measure_findings
from dscl_tf.text import counted

RARE = 0.5  # share of the labelled volumes


def label_findings(volumes: Sequence[VolumeFacts], classes: Iterable[str]) -> list[Finding]:
    """Warn about the masks.

    "class-rare": a class is in less than half of the labelled volumes; one warning for the set.
    "class-absent": a labelled volume lacks a class that most others have, in its mask, in the
    window of the training grid, or among the grid's pixels. "class-volume": the volume of a class
    in ml is an outlier among the volumes that have it (see `outliers`).
    """
    labelled = [facts for facts in volumes if facts.labelled]
    return [finding for name in classes for finding in _class_findings(labelled, name)]


def _class_findings(labelled: list[VolumeFacts], name: str) -> list[Finding]:
    if not labelled:
        return []
    present = [facts for facts in labelled if facts.grid_ml[name] > 0]
    if len(present) < RARE * len(labelled):
        message = (
            f"set: class-rare: {name} is in {len(present)} of "
            f"{counted(len(labelled), 'labelled volume')} (limit {RARE:.0%})"
        )
        absences = [Finding(None, "class-rare", len(present), message)]
    else:
        absent = [
            Finding(
                facts.id,
                "class-absent",
                0,
                f"volume {facts.id}: class-absent: {name} is nowhere {_where(facts, name)}, and in "
                f"{len(present)} of {counted(len(labelled), 'labelled volume')}",
            )
            for facts in labelled
            if facts.grid_ml[name] == 0
        ]
        absences = each_or_all(absent, len(labelled))
    measure = Measure("class-volume", name, " ml", lambda facts: facts.volumes_ml[name])
    return absences + measure_findings(present, measure)


def _where(facts: VolumeFacts, name: str) -> str:
    """Return in what a class is nowhere, and how much of it the mask's file holds all the same."""
    if not facts.volumes_ml[name]:
        return "in the mask" if facts.counted else "on the training grid"
    held = f"(its mask holds {facts.volumes_ml[name]:.4g} ml)"
    if facts.outside.get(name) == 1:
        return f"in the window {held}"
    return f"on the training grid, whose pixels are too large for it {held}"
