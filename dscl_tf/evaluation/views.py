"""Test-time augmentation: views of a slice, flipped and rotated, and the way back of predictions.

Averaging over views is that of Wang et al. (Neurocomputing 2019), with a fixed set of transforms in
place of random ones, so that the same command gives the same mask.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import ndimage

from dscl_tf.errors import UsageError

Flip = Literal["rows", "columns", "both"]
MOST_DEGREES = 45.0

_REVERSED = {None: (), "rows": (1,), "columns": (2,), "both": (1, 2)}  # axes of a stack of slices


@dataclass(frozen=True)
class View:
    """One view of a slice: flipped, then rotated about its centre.

    Attributes:
        flip: the axes of the training grid whose order is reversed.
        degrees: the angle, in the grid's pixels as the rotations of `augmentation.affine` are.

    >>> View("rows").apply(np.array([[[1.0], [2.0]]])[..., None]).ravel().tolist()
    [2.0, 1.0]
    """

    flip: Flip | None = None
    degrees: float = 0.0

    def apply(self, slices: np.ndarray) -> np.ndarray:
        """Return the view of slices (depth, H, W, channels).

        Rotated slices are interpolated linearly; what comes from beyond the edge is 0, as the
        training grid holds beyond the edge of a volume.
        """
        return _rotate(np.flip(slices, _REVERSED[self.flip]), self.degrees)

    def undo(self, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Undo the view on class probabilities that were predicted on it.

        Args:
            probabilities: (depth, H, W, classes) of the view.

        Returns:
            the probabilities on the slice's own pixels, times the weights; and the weights (H, W),
            both float32. A weight is the share of a pixel that the view shows: 1 inside, 0 for a
            corner that was rotated out of the picture, in between where linear interpolation
            reaches beyond the picture's edge.
        """
        ones = np.ones((1, *probabilities.shape[1:3]), np.float32)
        back, weights = (
            np.flip(_rotate(array, -self.degrees), _REVERSED[self.flip])
            for array in (probabilities, ones)
        )
        return back, weights[0]


@dataclass(frozen=True)
class Views:
    """The views that are averaged: all combinations of a flip, or none, with a rotation, or none.

    Attributes:
        flips: without repetition.
        rotations: angles in degrees, above 0 and at most 45, each of which is applied both ways.

    Raises:
        UsageError: a flip or an angle breaks a rule.

    >>> views = Views(flips=("columns",), rotations=(5.0,))
    >>> len(views), views.suffix
    (6, '-flip-columns-rotate-5')
    >>> [view.degrees for view in views]
    [0.0, 0.0, 5.0, 5.0, -5.0, -5.0]
    """

    flips: tuple[Flip, ...] = ()
    rotations: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for flip in self.flips:
            if flip not in get_args(Flip):
                raise UsageError(f"`flips`: must be one of {', '.join(get_args(Flip))}, got {flip}")
        for angle in self.rotations:
            if not 0 < angle <= MOST_DEGREES:
                raise UsageError(
                    f"`rotations`: must be above 0 and at most {MOST_DEGREES:g} degrees, "
                    f"got {angle:g}"
                )
        for name, values in (("flips", self.flips), ("rotations", self.rotations)):
            if len(set(values)) < len(values):
                raise UsageError(
                    f"`{name}`: must not repeat a value, got {', '.join(map(str, values))}"
                )

    def __iter__(self) -> Iterator[View]:
        """Yield the views; the first is the slice as it is."""
        for degrees in (0.0, *(sign * angle for angle in self.rotations for sign in (1, -1))):
            for flip in (None, *self.flips):
                yield View(flip, degrees)

    def __len__(self) -> int:
        return (1 + len(self.flips)) * (1 + 2 * len(self.rotations))

    @property
    def suffix(self) -> str:
        """What the name of an evaluation ends in, such as "-flip-columns-rotate-5"."""
        flips = "".join(f"-flip-{flip}" for flip in self.flips)
        return flips + "".join(f"-rotate-{angle:g}" for angle in self.rotations)


PLAIN = Views()


def _rotate(slices: np.ndarray, degrees: float) -> np.ndarray:
    """Rotate a stack (depth, H, W, ...) in its plane about the centre; 0 beyond the edge."""
    if degrees == 0:
        return slices
    return ndimage.rotate(
        slices,
        degrees,
        axes=(1, 2),
        reshape=False,
        output=np.float32,
        order=1,
        mode="grid-constant",
    )
