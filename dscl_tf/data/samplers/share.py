"""The share of a batch that one of several processes prepares, and slices that wait to be read."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dscl_tf.data.store.read_slices import read_slices
from dscl_tf.data.store.sharded_array import ShardedArray


class Share(NamedTuple):
    """One of equal parts of every array of a batch, along its first axis.

    Attributes:
        number: which part, from 0.
        parts: how many there are.
    """

    number: int = 0
    parts: int = 1

    def rows(self, count: int) -> slice:
        """Return which of `count` rows belong to the share.

        >>> Share(1, parts=2).rows(6)
        slice(3, 6, None)
        """
        return slice(self.number * count // self.parts, (self.number + 1) * count // self.parts)


WHOLE = Share()


@dataclass(frozen=True, eq=False)
class Unread:
    """Slices of a store that a batch will show, by their numbers alone.

    So that each of several processes reads its share and no more.

    >>> slices = Unread(np.arange(12).reshape(4, 3), np.array([3, 0, 3]))
    >>> slices.shape, slices[:1].read().tolist()
    ((3, 3), [[9, 10, 11]])

    Attributes:
        array: the store's images or masks, (slices, ...).
        indices: (count,) int.
    """

    array: np.ndarray | ShardedArray
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, rows: slice) -> "Unread":
        return Unread(self.array, self.indices[rows])

    @property
    def shape(self) -> tuple[int, ...]:
        """(count, ...), as it will be read."""
        return (len(self), *self.array.shape[1:])

    def read(self) -> np.ndarray:
        """Return the slices, (count, ...)."""
        return read_slices(self.array, self.indices)


def read_share(tree: Any, share: Share = WHOLE) -> Any:
    """Return a batch with the share's rows of every array, its slices read.

    >>> batch = {"image": Unread(np.arange(4), np.array([2, 0])), "angle": np.array([0.5, 0.7])}
    >>> {name: array.tolist() for name, array in read_share(batch, Share(0, 2)).items()}
    {'image': [2], 'angle': [0.5]}

    Args:
        tree: arrays and `Unread` slices, in dictionaries and tuples.
        share: which rows; by default all.
    """
    done: dict[int, np.ndarray] = {}  # slices that are input and target are read once

    def read(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: read(part) for name, part in node.items()}
        if isinstance(node, tuple):
            return tuple(read(part) for part in node)
        rows = slice(None) if share.parts == 1 else share.rows(len(node))
        if not isinstance(node, Unread):
            return node[rows]
        if id(node) not in done:
            done[id(node)] = node[rows].read()
        return done[id(node)]

    return read(tree)
