"""The patterns of images and masks in a plain folder, found by names or, if need be, by values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from pydantic import ValidationError

from dscl_tf.config import Data, Folder
from dscl_tf.config.files import broken_rule
from dscl_tf.data.io.headers import read_place, read_values
from dscl_tf.data.layouts.folder import match_files
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.ids import ids_of, in_any_folder, widest
from dscl_tf.planning.sequences import find_sequences, has_sequences, wished_sequences
from dscl_tf.planning.spelling import any_spelling, ids_in_any_case
from dscl_tf.planning.templates import joined, templates_of
from dscl_tf.planning.words import names_masks
from dscl_tf.text import named, one_form

VOTERS = 60  # masks whose names choose the pattern of masks
ALONE = re.compile(r"(?<![A-Za-z0-9])\{id\}(?![A-Za-z0-9])")
MOST_VALUES = 64  # a file of more different values is no mask


def find_patterns(
    source: Path,
    files: Sequence[Path],
    images: str | None,
    masks: str | None,
    data: Data,
    channels: Sequence[str] | None = None,
) -> Folder:
    """Return the patterns of the images and masks of a folder.

    Args:
        source: the folder.
        files: the volumes in it.
        images: the images' pattern, if it is known.
        masks: the masks' pattern, if it is known.
        data: how files are read.
        channels: words for the sequences whose patterns are wanted; None for those that nearly all
            patients have, if any; empty for one pattern in any case.

    Raises:
        DataError: there are masks and no images, no mask belongs to an image, or names differ in
            capital letters, and no pattern fits them alone.
        UsageError: `images` or `masks` is no pattern, or no image is of one of the `channels`.
    """
    places = {one_form(path.relative_to(source).as_posix()): path for path in files}
    paths = list(places)
    _folder(images or masks or "{id}", masks if images else None)
    mask_files = _mask_files(places, data)
    if masks:
        fitting = match_files(source, masks)
        mask_files = {one_form(path.relative_to(source).as_posix()) for path in fitting}
    image_files = [path for path in paths if path not in mask_files]
    if not image_files:
        raise DataError(
            f"{source}: must hold images, got {len(paths)} files that seem to be masks, such as "
            f"{min(paths)}; if some are images, name their pattern by `images`"
        )
    found = images or _images_patterns(image_files, channels, sorted(mask_files))
    patterns = [found] if isinstance(found, str) else list(found.values())
    if masks is None and mask_files:
        ids = [id for pattern in patterns for id in ids_of(pattern, image_files)]
        first = next(iter(found)) if isinstance(found, dict) else ""
        masks = _masks_of(first, sorted(mask_files), ids)
        if masks:
            masks = any_spelling(masks, sorted(mask_files), image_files)
        if masks is None:
            raise DataError(
                f"{source}: masks must have images, got none for "
                f"{named(sorted(mask_files), 3)} among images {', '.join(patterns)}; name the "
                "patterns by `images` and `masks`"
            )
    return _folder(found, masks)


def _folder(images: str | dict[str, str], masks: str | None) -> Folder:
    try:
        return Folder(images=images, masks=masks)
    except ValidationError as error:
        raise UsageError(f"data.folder: {broken_rule(error)}") from error


def _mask_files(places: Mapping[str, Path], data: Data) -> set[str]:
    """Return the files that are masks by their names or, where no name tells, by their values."""
    common = set.intersection(*({*Path(path).parts[:-1]} for path in places))
    named_so = {
        path
        for path in places
        if any(names_masks(part) for part in Path(path).parts if part not in common)
    }
    if named_so:
        return named_so
    found: set[str] = set()
    for members in templates_of(list(places)).values():
        if _is_mask(places[members[0]], data):
            found |= set(members)
    return found


def _is_mask(path: Path, data: Data) -> bool:
    """Return whether the values of a file are few, whole and mostly 0."""
    try:
        values = read_values(path, read_place(path, data), data)
    except DataError:
        return False
    found, counts = np.unique(values[:: max(1, len(values) // 64)], return_counts=True)
    whole = bool((found % 1 == 0).all()) if np.isfinite(found).all() else False
    return whole and len(found) <= MOST_VALUES and bool(found[counts.argmax()] == 0)


def _images_patterns(
    files: Sequence[str], channels: Sequence[str] | None, others: Sequence[str]
) -> str | dict[str, str]:
    """Return the pattern of most files, or those of sequences by their names."""
    found = wished_sequences(files, channels, others) if channels else {}
    if channels is None:
        found = find_sequences(files, others)
    if len(found) == 1:
        return next(iter(found.values()))
    return found or any_spelling(widest(list(templates_of(files)), files), files, others)


def _masks_of(sequence: str, files: Sequence[str], ids: Sequence[str]) -> str | None:
    """Return `masks_pattern`; of equals the one of masks that are named after a sequence."""
    own = [file for file in files if sequence and has_sequences([file], [sequence])]
    found = [one for some in (own, files) if (one := masks_pattern(some, ids))]
    reached = _reached(found, files, set(ids))
    return max(found, key=lambda one: reached[one], default=None)


def masks_pattern(files: Sequence[str], ids: Sequence[str]) -> str | None:
    """Return the pattern by which most masks name the id of an image; None where none does."""
    files = [one_form(file) for file in files]
    step = max(1, len(files) // VOTERS)
    votes: Counter[str] = Counter()
    known = sorted({one_form(id) for id in ids}, key=len, reverse=True)
    for file in files[::step]:
        votes.update(_candidates(file, known))
    if not votes:
        return None
    reached = _reached(votes, files, set(known))
    best = max(reached.values())
    found = sorted(one for one, count in reached.items() if count == best)
    # Of equals the one in which the id stands alone, and stands most often, tells most.
    chosen = max(found, key=lambda one: (len(ALONE.findall(one)), one.count("{id}"), -len(one)))
    others = [one for one in reached if one != chosen and joined([chosen, one])]
    wider = [joined([chosen, *others])] if others else []
    like = [file for file in files if file.count("/") == chosen.count("/")]
    if "{id}" in (name := PurePosixPath(chosen).name):
        wider.append(in_any_folder(name, like))
    for one in wider:
        if one and (count := _reached_once(one, files, set(known))) > best:
            chosen, best = one, count
    return chosen


def _candidates(file: str, ids: Sequence[str]) -> set[str]:
    """Return the patterns that a mask's path suggests, with the longest ids that it holds."""
    found: set[str] = set()
    length = 0
    for id in ids:
        if len(id) < length:
            break
        if id in file:
            length = len(id)
            found |= set(_replaced(file, id))
    return found


def _replaced(file: str, id: str) -> Iterable[str]:
    alone = re.compile(rf"(?<![A-Za-z0-9]){re.escape(id)}(?![A-Za-z0-9])")
    if alone.search(file):
        yield alone.sub("{id}", file)
    before, _, after = file.rpartition(id)
    yield f"{before}{{id}}{after}"


def _reached(templates: Iterable[str], files: Sequence[str], ids: set[str]) -> dict[str, int]:
    """Return for each pattern how many masks it gives the id of an image, in any spelling."""
    return {one: sum(id in ids for id in ids_in_any_case(one, files)) for one in templates}


def _reached_once(template: str, files: Sequence[str], ids: set[str]) -> int:
    """Return `_reached` of a pattern; 0 where it gives two masks one id."""
    found = ids_of(template, files)
    return _reached([template], files, ids)[template] if len(set(found)) == len(found) else 0
