"""Images to be resampled and corrected, and where they lie."""

import numpy as np


def place(weights, matrix):
    """The centre of mass in mm."""
    index = [(weights * axis).sum() / weights.sum() for axis in np.indices(weights.shape)]
    return (matrix @ [*index, 1])[:3]


def biased():
    """Two tissues in air, under a field that doubles from one side to the other."""
    x, y, _ = np.meshgrid(*(np.linspace(-1, 1, side) for side in (48, 44, 5)), indexing="ij")
    tissue = np.where(np.hypot(x, y) < 0.9, np.where(np.hypot(x, y) < 0.5, 200.0, 100.0), 0.0)
    return tissue, tissue * 2 ** (x / 2)
