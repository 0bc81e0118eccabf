"""Trees and bytes that almost fit."""

import copy
from typing import Any

from hypothesis import strategies as st

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["..", "/", "a\0b", "x" * 300, "$", "latest", ".inf", "2026-02-31"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn, tree: Any) -> Any:
    """Return the tree with values at one to three places replaced or removed."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        place, key = None, None
        inside = tree
        while isinstance(inside, dict | list) and inside and draw(st.integers(0, 4)):
            keys = list(inside) if isinstance(inside, dict) else range(len(inside))
            place, key = inside, draw(st.sampled_from(keys))
            inside = place[key]
        if place is None:
            return draw(VALUES)
        if isinstance(place, dict) and draw(st.booleans()):
            del place[key]
        else:
            place[key] = draw(VALUES)
    return tree


@st.composite
def changed_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the content cut, or with some of its bytes changed."""
    changed = bytearray(content[: draw(st.integers(0, len(content)))])
    if draw(st.booleans()):
        changed = bytearray(content)
    for _ in range(draw(st.integers(0, 4)) if changed else 0):
        changed[draw(st.integers(0, len(changed) - 1))] = draw(st.integers(0, 255))
    return bytes(changed)
