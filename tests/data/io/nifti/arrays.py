"""Arrays for small NIfTI files."""

import numpy as np

from tests.data.files import ramp


def labels(shape=(9, 7, 4)):
    mask = np.zeros(shape, np.uint8)
    mask[2:6, 2:5, 1:3] = 1
    mask[3:5, 3, 1:3] = 2
    return mask


def with_value(value):
    array = ramp().astype(np.float32)
    array[1, 2, 3] = value
    return array
