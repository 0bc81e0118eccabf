"""The ids that a pattern gives to files."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from dscl_tf.planning.templates import joined
from dscl_tf.text import one_form

# Part of a path that tells the day of a scan, such as ses-1 in BIDS.
SESSION = re.compile(
    r"(?<![A-Za-z0-9])(?:ses|session|visit|timepoint)(?:[\-_]?\d+|-[A-Za-z0-9]+)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def ids_of(pattern: str, files: Sequence[str]) -> list[str]:
    """Return the ids of the files that fit a pattern, in the Unicode form NFC.

    >>> ids_of("{id}_T2.nii", ["p1_T2.nii", "p2_T2.nii", "p1_ADC.nii"])
    ['p1', 'p2']
    """
    fits = _expression(one_form(pattern))
    return [match["id"] for file in files if (match := fits.fullmatch(one_form(file)))]


def _expression(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", "[^/]*")
    text = text.replace(r"\{id\}", "(?P<id>[^/]+)", 1)
    return re.compile(text.replace(r"\{id\}", "(?P=id)"))


def widest(templates: Sequence[str], files: Sequence[str]) -> str:
    """Return the first pattern, or one for it and others of the same kind.

    These differ in a folder's name alone, or in the session of the patients; and the ids differ.

    >>> widest(["a1/{id}.nii", "a2/{id}.nii"], ["a1/x.nii", "a2/y.nii"])
    'a*/{id}.nii'
    >>> widest(["a1/{id}.nii", "a2/{id}.nii"], ["a1/x.nii", "a2/x.nii"])
    'a1/{id}.nii'
    >>> widest(["{id}_ses-1_T2.nii"], ["p1_ses-1_T2.nii", "p1_ses-2_T2.nii"])
    '{id}_T2.nii'
    """
    first = templates[0]
    if sessions := _of_all_sessions(first, files):
        return sessions
    like = [first, *(one for one in templates[1:] if joined([first, one]))]
    together = joined(like) if len(like) > 1 else None
    if together and len(set(ids := ids_of(together, files))) == len(ids):
        return together
    return first


def _of_all_sessions(pattern: str, files: Sequence[str]) -> str | None:
    """Return a pattern whose ids hold the session, if files of further sessions fit it."""
    own = [file for file in files if ids_of(pattern, [file])]
    rest = {_after_session(file) for file in own}
    if len(rest) != 1 or (after := rest.pop()) is None:
        return None
    depth = own[0].count("/")
    like = [file for file in files if file.count("/") == depth and _after_session(file) == after]
    found = in_any_folder(f"{{id}}{after}", like)
    ids = ids_of(found, files)
    return found if len(own) < len(set(ids)) == len(ids) else None


def in_any_folder(name: str, files: Sequence[str]) -> str:
    """Return a pattern of this name in the folders of some files, with `*` where these differ.

    >>> in_any_folder("{id}.nii", ["a/t2/1.nii", "b/t2/2.nii"])
    '*/t2/{id}.nii'
    """
    columns = zip(*(PurePosixPath(file).parts[:-1] for file in files), strict=True)
    folders = [one[0] if len(set(one)) == 1 else "*" for one in columns]
    return "/".join([*folders, name])


def differ_in_session(patterns: Sequence[str]) -> bool:
    """Whether patterns differ in the session of the patients alone.

    >>> differ_in_session(["{id}/ses-1/t2.nii", "{id}/ses-2/t2.nii"])
    True
    """
    return len({SESSION.sub("", pattern) for pattern in patterns}) == 1 < len(set(patterns))


def _after_session(file: str) -> str | None:
    """Return what stands after the session in a file's name; None where no session does."""
    name = PurePosixPath(file).name
    found = list(SESSION.finditer(name))
    return name[found[-1].end() :] if found else None
