"""A slice store in memory, for the tests of the samplers."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class FakeVolume:
    id: str
    first_slice: int
    depth: int

    @property
    def slices(self) -> range:
        return range(self.first_slice, self.first_slice + self.depth)


@dataclass
class FakeStore:
    """Volumes "0", "1", ... of the given depths; every pixel of slice i holds i."""

    depths: list[int]
    volumes: dict[str, FakeVolume] = field(init=False)
    images: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        ends = np.cumsum([0, *self.depths])
        self.volumes = {
            str(i): FakeVolume(str(i), int(ends[i]), depth) for i, depth in enumerate(self.depths)
        }
        self.images = np.zeros((ends[-1], 4, 4, 1), "float32")
        self.images += np.arange(ends[-1])[:, None, None, None]

    @property
    def masks(self) -> Any:
        raise AssertionError("the masks were read")


@dataclass
class LabelledFakeStore(FakeStore):
    """The same with masks that hold the slice's number too."""

    @property
    def masks(self) -> Any:
        return self.images[..., 0].astype("uint8")
