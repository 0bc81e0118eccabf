"""What a data set's folder holds, and what of it becomes volumes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.config.section import Whole
from dscl_tf.data.io.endings import PICTURES, VOLUMES, has_ending
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.msd_index import read_msd_index

OF_INDEX = ("msd", "prostate")  # the layouts that read dataset.json
EXAMPLES = 3


@dataclass(frozen=True)
class Supply:
    """What was supplied, and what of it is used.

    Attributes:
        images: number of volumes found; those that break a rule count too.
        masks: how many of them have a mask.
        skipped_images: how many of `images` were left out since they break a rule.
        skipped_masks: how many of `masks` went with them.
        unused_files: number of files below the source, of names that images and masks have, that
            belong to no volume.
        examples: the first of these, as paths below the source.
        entries_read: by key of a list in `dataset.json` that was read, its number of entries.
        entries_unread: by key of a list that was not read, its number of entries.
    """

    images: Whole
    masks: Whole
    skipped_images: Whole = 0
    skipped_masks: Whole = 0
    unused_files: Whole = 0
    examples: tuple[str, ...] = ()
    entries_read: dict[str, Whole] = field(default_factory=dict)
    entries_unread: dict[str, Whole] = field(default_factory=dict)


def supply_of(cases: Sequence[Case], data: Data, source: Path) -> Supply:
    """Return what `source` holds, and what of it `cases` use.

    Links to folders are not followed, so that a link to a folder above ends nowhere.

    Args:
        cases: what `find_cases` found there.
        data: says which layout that is.
        source: the data set's folder.

    Raises:
        DataError: `dataset.json` cannot be read.

    >>> import tempfile
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.nii", "other.nii"):
    ...         Path(folder, name).touch()
    ...     supply = supply_of([Case("a", Path(folder, "a.nii"), None)], data, Path(folder))
    >>> supply.images, supply.masks, supply.examples
    (1, 0, ('other.nii',))
    """
    used = {str(path) for case in cases for path in (case.image, *case.further, case.mask) if path}
    endings = PICTURES if data.pictures else VOLUMES
    unused = sorted(
        os.path.relpath(path, source)
        for folder, _, names in os.walk(source)
        for name in names
        if has_ending(name, endings)
        and not name.startswith("._")
        and (path := str(Path(folder, name))) not in used
        and not _belongs_to(path, used)
    )
    index = None
    if data.layout in OF_INDEX and (source / "dataset.json").is_file():
        index = read_msd_index(source)
    return Supply(
        images=len(cases),
        masks=sum(case.mask is not None for case in cases),
        unused_files=len(unused),
        examples=tuple(unused[:EXAMPLES]),
        entries_read=index.read if index else {},
        entries_unread=index.unread if index else {},
    )


def _belongs_to(path: str, used: set[str]) -> bool:
    """Return whether a file is one half of a used pair of header and voxels."""
    other = {".img": ".hdr", ".hdr": ".img"}.get(Path(path).suffix.lower())
    if other is None:
        return False
    halves = (str(Path(path).with_suffix(ending)) for ending in (other, other.upper()))
    return any(half in used for half in halves)
