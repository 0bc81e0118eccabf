"""Recorded values as text for people who get a report: without folders and nested dictionaries."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

# An absolute path, where a word begins; quotes and equals signs come before some in commands.
_ABSOLUTE = re.compile(r"(?<![\w./\\~:])(?:~|[A-Za-z]:)?[/\\][^\s'\",;:=()]+")


def without_folders(text: str) -> str:
    """Return a text whose absolute paths have become bare names.

    They say how somebody's disk is laid out, and nothing to a reader elsewhere.

    >>> without_folders("dscl-tf finetune --runs /home/me/runs --init gd --set a=/data/x")
    'dscl-tf finetune --runs runs --init gd --set a=x'
    >>> without_folders("3 mm/pixel, a/b")
    '3 mm/pixel, a/b'
    """
    return _ABSOLUTE.sub(lambda found: PurePath(found[0].replace("\\", "/")).name, text)


def plain(value: Any) -> str:
    """Return a value of a JSON file in words.

    >>> plain({"keras": "3.9.2", "jax": None, "onednn": True, "devices": ["cpu:0", "cpu:1"]})
    'keras 3.9.2, onednn yes, devices cpu:0 cpu:1'
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        known = {key: each for key, each in value.items() if each is not None}
        return ", ".join(f"{key} {plain(each)}" for key, each in known.items())
    if isinstance(value, list | tuple):
        return " ".join(map(plain, value))
    return without_folders(str(value))
