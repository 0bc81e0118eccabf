"""Which settings two configurations do not share."""

from collections.abc import Mapping
from typing import Any


def differences(
    one: Mapping[str, Any], other: Mapping[str, Any], prefix: str = ""
) -> list[tuple[str, Any, Any]]:
    """Return (dotted key, value in `one`, value in `other`) of all that differs, sorted by key.

    A key that one of them lacks counts as None. `prefix` is put before every key.
    """
    found = []
    for key in sorted(one.keys() | other.keys(), key=str):
        path, mine, theirs = f"{prefix}{key}", one.get(key), other.get(key)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            found += differences(mine, theirs, f"{path}.")
        elif mine != theirs:
            found.append((path, mine, theirs))
    return found
