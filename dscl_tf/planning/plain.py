"""What a plain folder of volumes holds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dscl_tf.config import Data, Folder
from dscl_tf.data.io.headers import channel_count
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.complete import Listed, by_id, list_volumes
from dscl_tf.planning.ids import differ_in_session, ids_of
from dscl_tf.planning.listing import Listing
from dscl_tf.planning.patterns import find_patterns
from dscl_tf.planning.sequences import count_sequences, has_sequences, names_of, twins
from dscl_tf.planning.source import UNDECIDED, Source
from dscl_tf.planning.words import names_masks
from dscl_tf.text import named

UNREAD = Data(**UNDECIDED)  # how files are read
PAGE = "docs/how-to/channels.md"


def plain_source(
    folder: Path,
    listing: Listing,
    images: str | None = None,
    masks: str | None = None,
    channels: Sequence[str] = (),
) -> Source:
    """Find out what a plain folder holds.

    Args:
        folder: the folder.
        listing: its files.
        images: the images' pattern; found by their names without it.
        masks: the masks' pattern.
        channels: names of the sequences to use, which are words in names of files, or along the
            fourth axis; without it those that names of files tell and nearly all patients have.

    Raises:
        DataError: it holds several kinds of files, masks lack an image, or fewer than two volumes
            have the `channels`.
        UsageError: `images`, `masks` or `channels` fits no file.
    """
    _check_endings(folder, listing, images)
    if channels and (images or _along_fourth_axis(folder, listing, channels)):
        return _of_fourth_axis(folder, listing, images, masks, channels)
    note = ""
    if not images:
        wished = channels or None
        patterns = find_patterns(folder, listing.volumes, None, masks, UNREAD, wished)
        if isinstance(patterns.images, dict):
            if not channels and (apart := _apart(folder, listing, masks, list(patterns.images))):
                return apart
            source, enough, why = _of_sequences(folder, listing, patterns)
            if enough or (channels and len(source.cases) > 1):
                return source
            names = ", ".join(patterns.images)
            if channels:
                raise DataError(
                    f"{folder}: two volumes or more must have all `channels` {names}, got "
                    f"{len(source.cases)}: {why}"
                )
            note = f"Sequences {names} were seen, and are no channels since: {why}."
            images = _most_frequent(folder, listing, patterns.images)
        elif channels:
            return _of_one_file(folder, listing, patterns)
    patterns = find_patterns(folder, listing.volumes, images, masks, UNREAD, ())
    source = _of_one_file(folder, listing, patterns)
    if note:
        return replace(source, notes=(note,))
    return source if images or source.notes else replace(source, notes=_twins(source))


def _channels(paths: Iterable[Path]) -> tuple[Path | None, int]:
    """Return the first file that can be read, and how many channels it has; else None, 1."""
    for path in paths:
        try:
            return path, channel_count(path)
        except DataError:
            continue  # an error, which whoever reads the file next tells
    return None, 1


def _along_fourth_axis(folder: Path, listing: Listing, channels: Sequence[str]) -> bool:
    """Whether there are 4-D files, and the names of the others do not tell the channels."""
    flat = [path for path in listing.volumes if _channels([path])[1] == 1]
    if len(flat) == len(listing.volumes):
        return False
    names = [path.relative_to(folder).as_posix() for path in flat]
    images = [name for name in names if not any(map(names_masks, Path(name).parts))]
    return not has_sequences(images, channels)


def _apart(
    folder: Path, listing: Listing, masks: str | None, sequences: Sequence[str]
) -> Source | None:
    """Return a folder's images as volumes of one channel, if sequences have masks of their own.

    Returns:
        None where they do not, or where such volumes would leave files unused.
    """
    names = [path.relative_to(folder).as_posix() for path in listing.volumes]
    labels = [name for name in names if any(map(names_masks, Path(name).parts))]
    if count_sequences(labels, sequences) < 2:
        return None
    patterns = find_patterns(folder, listing.volumes, None, masks, UNREAD, ())
    source = _of_one_file(folder, listing, patterns)
    if source.unused:
        return None
    note = (
        f"Sequences {', '.join(sequences)} were seen, and are volumes, not channels, since each "
        f"has masks of its own; --channels {','.join(sequences)} makes them channels."
    )
    return replace(source, notes=(note,))


def _most_frequent(folder: Path, listing: Listing, patterns: Mapping[str, str]) -> str:
    """Return the pattern of the sequence that most patients have; of equals the first."""
    files = [path.relative_to(folder).as_posix() for path in listing.volumes]
    return max(patterns.values(), key=lambda pattern: len(ids_of(pattern, files)))


def _of_sequences(folder: Path, listing: Listing, patterns: Folder) -> tuple[Source, bool, str]:
    """Return what a folder with a file per sequence holds, whether that is enough, and why not."""
    assert isinstance(patterns.images, dict)
    settings = _settings(patterns) | {"channels": names_of(patterns.images)}
    found = list_volumes(folder, settings)
    kind = f"a plain folder of the sequences {', '.join(patterns.images)}"
    return _source(folder, listing, settings, found, kind), found.enough, found.example


def _of_one_file(folder: Path, listing: Listing, patterns: Folder) -> Source:
    """Return what a folder of a file per volume holds; of four dimensions one channel is used."""
    settings = _settings(patterns)
    found = list_volumes(folder, settings)
    kind = "a plain folder"
    source = _source(folder, listing, settings, found, kind)
    _, count = _channels([case.image for case in found.cases])
    if count == 1:
        return source
    kind += f" of {count} channels, of which the first is used"
    note = (
        "If the fourth axis of the files holds sequences, not times, name them in their order by "
        "--channels, such as --channels T2,ADC."
    )
    return replace(source, settings=settings | {"channel": 0}, kind=kind, notes=(note,))


def _of_fourth_axis(
    folder: Path,
    listing: Listing,
    images: str | None,
    masks: str | None,
    channels: Sequence[str],
) -> Source:
    """Return what a folder of 4-D files holds, with names for the channels that are used."""
    patterns = find_patterns(folder, listing.volumes, images, masks, UNREAD, ())
    source = _of_one_file(folder, listing, patterns)
    first, count = _channels([case.image for case in source.cases])
    if first and count < len(channels):
        raise UsageError(
            "`channels`: must be at most as many as the images have, which are "
            f"{count} in {first}, got {len(channels)}: {', '.join(channels)}"
        )
    settings = _settings(patterns) | {"channels": list(channels)}
    found = list_volumes(folder, settings)
    if len(found.cases) < 2:
        raise DataError(f"{folder}: two volumes or more must have all `channels`: {found.example}")
    kind = f"a plain folder of 4-D files, whose channels are taken as {', '.join(channels)}"
    if count > len(channels):
        kind += f"; the last {count - len(channels)} of {count} are not used"
    return _source(folder, listing, settings, found, kind)


def _source(
    folder: Path, listing: Listing, settings: dict[str, Any], found: Listed, kind: str
) -> Source:
    used = {
        path
        for case in (*found.cases, *found.left_out, *found.bad)
        for path in (case.image, *case.further, case.mask)
    }
    unused = tuple(str(path.relative_to(folder)) for path in listing.volumes if path not in used)
    left_out, bad = by_id(found.left_out), by_id(found.bad)
    return Source(folder, settings, found.cases, kind, unused=unused, left_out=left_out, bad=bad)


def _settings(patterns: Folder) -> dict[str, Any]:
    return {"layout": "folder", "folder": patterns.model_dump(mode="json", exclude_none=True)}


def _twins(source: Source) -> tuple[str, ...]:
    """Return what to say of unused files with the same ids as the images."""
    pattern = source.settings["folder"]["images"]
    own = [case.image.relative_to(source.folder).as_posix() for case in source.cases]
    others = [one for one in source.unused if not any(map(names_masks, Path(one).parts))]
    found = twins(pattern, [*own, *others])
    if not found:
        return ()
    further = [one for one in found.values() if one != pattern]
    hold = f"{named(further, 3)} hold{'s' if len(further) == 1 else ''}"
    if differ_in_session(list(found.values())):
        return (
            f"{hold} further sessions of the patients in {pattern}, which are not used: a file's "
            "name must hold the session too, as in sub-1_ses-2_T2w.nii.gz, so that each scan has "
            "an id of its own.",
        )
    single = all("{id}" not in name for name in found)
    labels = [case.mask.relative_to(source.folder).as_posix() for case in source.cases if case.mask]
    labels += [one for one in source.unused if one not in others]
    if single and count_sequences(labels, list(found)) > 1:
        return (
            f"{hold} the same ids as {pattern}, and there are masks for each: these seem to be "
            "further volumes, which are not used. A volume's file must tell it by its name, or by "
            "--images and --masks.",
        )
    how = f"--channels {','.join(found)} uses them" if single else f"{PAGE} tells how to use them"
    return (
        f"{hold} the same ids as {pattern}: if these are further sequences of the same patients, "
        f"{how}.",
    )


def _check_endings(folder: Path, listing: Listing, images: str | None) -> None:
    endings = {re.sub(r"^\.(nii)(\.gz)?$", r".\1", _ending(path)) for path in listing.volumes}
    if len(endings) > 1 and images is None:
        raise DataError(
            f"{folder}: must hold images of one kind, got volumes that end in "
            f"{named(sorted(endings))}; name the patterns by `images` and `masks`, or move the "
            "others elsewhere"
        )


def _ending(path: Path) -> str:
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()
