"""The settings in which two configurations differ."""

from collections.abc import Mapping
from typing import Any


def differences(
    one: Mapping[str, Any], other: Mapping[str, Any], prefix: str = ""
) -> list[tuple[str, Any, Any]]:
    """Return (dotted key, value in `one`, value in `other`) of all that differs, sorted by key.

    A key that one of them lacks counts as None. `prefix` is put before every key.

    >>> differences({"model": {"channels": 1, "size": 2}}, {"model": {"channels": 3, "size": 2}})
    [('model.channels', 1, 3)]
    """
    found = []
    for key in sorted(one.keys() | other.keys(), key=str):
        path, mine, theirs = f"{prefix}{key}", one.get(key), other.get(key)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            found += differences(mine, theirs, f"{path}.")
        elif mine != theirs:
            found.append((path, mine, theirs))
    return found
