"""How a slice is shown."""

import numpy as np


def upright(plane: np.ndarray) -> np.ndarray:
    """Turn a slice of a store for display.

    Args:
        plane: (rows, columns, channels). Of a volume, with one channel, rows run to the patient's
            left and columns to the back or down, so that the transpose stands up. A picture, with
            three, is upright.

    Returns:
        (columns, rows), to be shown in grey, or (rows, columns, 3) in [0, 1].
    """
    return plane[..., 0].T if plane.shape[-1] == 1 else plane.clip(0, 1)
