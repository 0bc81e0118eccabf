"""The ids that a pattern gives to files."""

import re
from collections.abc import Sequence

from dscl_tf.planning.templates import joined
from dscl_tf.text import one_form


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
    """Return the first pattern, or one for it and others that differ in a folder's name alone.

    The latter where its ids differ.

    >>> widest(["a1/{id}.nii", "a2/{id}.nii"], ["a1/x.nii", "a2/y.nii"])
    'a*/{id}.nii'
    >>> widest(["a1/{id}.nii", "a2/{id}.nii"], ["a1/x.nii", "a2/x.nii"])
    'a1/{id}.nii'
    """
    first = templates[0]
    like = [first, *(one for one in templates[1:] if joined([first, one]))]
    together = joined(like) if len(like) > 1 else None
    if together and len(set(ids := ids_of(together, files))) == len(ids):
        return together
    return first
