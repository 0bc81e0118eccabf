"""The slices of all shards as if they were one read-only array."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dscl_tf.data.store.advise import read_ahead
from dscl_tf.data.store.lease import Lease
from dscl_tf.data.store.places import Places
from dscl_tf.readers.npz_file import map_npy

MOST_MAPPED = 128  # shards of an array at a time: each takes a file descriptor


class ShardedArray:
    """Slices that lie in many files, which are mapped when they are needed.

    It is read as an array is, by a number, a slice, a list of numbers or a mask of slices, and
    then by further axes; `numpy.asarray` reads all of it. One volume is given as a view of the
    file where it is stored as it is read; anything else is a copy. Threads may share it.

    Attributes:
        shape: (slices, ...).
        dtype: of what is read, float32 also where float16 is stored.
    """

    def __init__(
        self,
        places: Places,
        path_of: Callable[[str], Path],
        plane: tuple[int, ...],
        stored: DTypeLike,
        dtype: DTypeLike,
        lease: Lease | None = None,
    ) -> None:
        """Read what lies at `places`.

        Args:
            places: of the slices.
            path_of: gives the .npy file of a shard's name.
            plane: shape of one slice.
            stored: what the files hold.
            dtype: what is read.
            lease: keeps the files in place as long as this array is there.
        """
        self.shape = (places.slices, *plane)
        self.dtype = np.dtype(dtype)
        self.places = places
        self.lease = lease

        def mapped(shard: int) -> np.ndarray:
            shape = (int(places.lengths[shard]), *plane)
            return map_npy(path_of(places.names[shard]), shape, stored)

        self.mapped = functools.lru_cache(MOST_MAPPED)(mapped)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all slices as they are read."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> np.ndarray:
        if isinstance(key, tuple) and key and key[0] is not Ellipsis:
            first, *rest = key
            lead = () if isinstance(first, int | np.integer) else (slice(None),)
            return self[first][(*lead, *rest)]
        if isinstance(key, int | np.integer):
            return self._one(range(len(self))[key])
        if isinstance(key, slice):
            rows = range(len(self))[key]
            return self._run(rows) if rows.step == 1 and len(rows) else self._gather(rows)
        if key is Ellipsis or isinstance(key, tuple):
            return np.asarray(self)[key]
        return self._gather(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ValueError("the slices of a store are read-only")

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def copy(self) -> np.ndarray:
        """Return all slices, in memory."""
        return np.array(self[:])

    def _one(self, row: int) -> np.ndarray:
        shard, place = self.places.find(np.array(row))
        return np.asarray(self.mapped(int(shard))[int(place)], self.dtype)

    def _run(self, rows: range) -> np.ndarray:
        """Return neighbouring slices; those of one volume are neighbours in their shard."""
        shards, places = self.places.find(np.array([rows[0], rows[-1]]))
        if shards[0] == shards[1] and places[1] - places[0] == len(rows) - 1:
            volumes = np.searchsorted(self.places.starts, [rows[0], rows[-1]], side="right")
            if volumes[0] == volumes[1]:
                view = self.mapped(int(shards[0]))[int(places[0]) : int(places[1]) + 1]
                return np.asarray(view, self.dtype)
        return self._gather(rows)

    def _gather(self, key: Any) -> np.ndarray:
        """Copy slices of any places; all are asked for before the first is read."""
        rows = np.asarray(key)
        if rows.dtype == bool:
            rows = np.flatnonzero(rows) if len(rows) == len(self) else rows.astype(object)
        if not rows.size:
            return np.empty((*rows.shape, *self.shape[1:]), self.dtype)
        if rows.dtype.kind not in "iu" or rows.min() < -len(self) or rows.max() >= len(self):
            raise IndexError(f"slices must be numbers below {len(self)}, got {key!s:.80}")
        rows = np.where(rows < 0, rows + len(self), rows)
        shards, places = self.places.find(rows.ravel())
        for shard in np.unique(shards):
            read_ahead(self.mapped(int(shard)), places[shards == shard])
        out = np.empty((rows.size, *self.shape[1:]), self.dtype)
        for index, (shard, place) in enumerate(zip(shards.tolist(), places.tolist(), strict=True)):
            out[index] = self.mapped(shard)[place]
        return out.reshape(*rows.shape, *self.shape[1:])
