"""One volume of a data set: its id and its files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """The files of one volume.

    Attributes:
        id: the data set's own.
        image: the image file, or what stands in its place where there is a problem.
        mask: the mask file; None where the volume is unlabelled.
        problem: why the layout cannot offer this volume, as one line; None where it can.
    """

    id: str
    image: Path
    mask: Path | None
    problem: str | None = None
