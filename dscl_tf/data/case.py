"""One volume of a data set: its id and its files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """The files of one volume; `id` is the data set's own, `mask` is None where unlabelled.

    `image` stands for a whole DICOM series where it is one of its files.
    """

    id: str
    image: Path
    mask: Path | None
