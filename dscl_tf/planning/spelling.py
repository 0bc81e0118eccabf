"""Patterns for names of files that are spelled now in small and now in capital letters."""

import re
from collections.abc import Sequence

from dscl_tf.errors import DataError
from dscl_tf.planning.ids import ids_of
from dscl_tf.text import named, one_form


def ids_in_any_case(pattern: str, files: Sequence[str]) -> list[str]:
    """Return the ids of files that fit a pattern, or would in other capital and small letters.

    Where two files would have one id, case tells them apart, and only those that fit count.

    >>> ids_in_any_case("{id}_T2.nii", ["p1_T2.nii", "p2_t2.nii"])
    ['p1', 'p2']
    >>> ids_in_any_case("{id}_T2.nii", ["p1_T2.nii", "p1_t2.nii"])
    ['p1']
    """
    ids = [match["id"] for match in _matches(pattern, files)]
    return ids if len(ids) == len(set(ids)) else ids_of(pattern, files)


def any_spelling(pattern: str, files: Sequence[str], others: Sequence[str] = ()) -> str:
    """Return a pattern that also fits files which differ from it in capital letters alone.

    A letter of which both forms occur becomes `*`.

    Args:
        pattern: fits some of the files.
        files: paths below the data set's folder, with `/`.
        others: further paths, which the returned pattern must not fit.

    Raises:
        DataError: `*` would fit further files, or give other ids.

    >>> any_spelling("{id}_T2.nii", ["p1_T2.nii", "p2_t2.nii", "p1_ADC.nii"])
    '{id}_*2.nii'
    """
    found = _matches(pattern, files)
    ids = [match["id"] for match in found]
    if len(found) == len(ids_of(pattern, files)) or len(set(ids)) < len(ids):
        return pattern
    columns = zip(*(_literals(match) for match in found), strict=True)
    literals = ["".join(_merged(one) for one in zip(*column, strict=True)) for column in columns]
    wild = re.findall(r"\{id\}|\*", one_form(pattern))
    parts = [part for pair in zip(literals, [*wild, ""], strict=True) for part in pair]
    merged = re.sub(r"\*+", "*", "".join(parts))
    everything = list(dict.fromkeys([*files, *others]))
    if ids_of(merged, everything) == [match["id"] for match in _matches(pattern, everything)]:
        return merged
    fitting = set(ids_of(pattern, files))
    odd = sorted(match.string for match in found if match["id"] not in fitting)
    raise DataError(
        f"{named(odd, 3)}: must be spelled as {pattern}, got other capital letters; rename "
        f"{'these files' if len(odd) > 1 else 'the file'}"
    )


def _matches(pattern: str, files: Sequence[str]) -> list[re.Match[str]]:
    text = ""
    for part in re.split(r"(\{id\}|\*)", one_form(pattern)):
        if part == "{id}":
            text += "(?P=id)" if "(?P<id>" in text else "(?P<id>[^/]+)"
        else:
            text += "[^/]*" if part == "*" else f"((?i:{re.escape(part)}))"
    fits = re.compile(text)
    return [match for file in files if (match := fits.fullmatch(one_form(file)))]


def _literals(match: re.Match[str]) -> list[str]:
    """Return what stands in a file's path outside of its id and of `*`."""
    place = match.re.groupindex["id"]
    return [text for number, text in enumerate(match.groups(), 1) if number != place]


def _merged(letters: Sequence[str]) -> str:
    return letters[0] if len(set(letters)) == 1 else "*"
