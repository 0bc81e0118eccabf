"""One volume of a data set: its id and its files."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """The files of one volume.

    Attributes:
        id: the data set's own.
        image: the image file; where there is a problem, perhaps another path that shows it.
        mask: the mask file; None where the volume is unlabelled.
        problem: why the volume cannot be used, as one line; None where it can. A problem is an
            error, unless bad volumes are skipped.
        further: the image files of the channels after the first, where each has its own.
        lacking: the first channel whose file is missing, which is then the problem.

    >>> cases = [Case("001", Path("a.nii"), Path("a_seg.nii")), Case("002", Path("b.nii"), None)]
    >>> [case.id for case in cases if case.mask]  # the labelled ones
    ['001']
    """

    id: str
    image: Path
    mask: Path | None
    problem: str | None = None
    further: tuple[Path, ...] = ()
    lacking: str | None = field(default=None, repr=False)
