"""Small NIfTI files and configurations for the tests of `dscl_tf.data`."""

from pathlib import Path

import nibabel as nib
import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.volume import Volume

CLASSES = {1: "ring", 2: "pool"}


def settings(**changes):
    return Data(**{"classes": CLASSES, "spacing": (2.0, 2.0), "grid": (8, 6), **changes})


def affine(spacing=(1.5, 1.5, 10.0), codes="LPS"):
    """An axis-aligned affine whose axes point as `codes` says."""
    world = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}
    matrix = np.eye(4)
    matrix[:3, :3] = 0
    for axis, code in enumerate(codes):
        row, sign = world[code]
        matrix[row, axis] = sign * spacing[axis]
    matrix[:3, 3] = (11.0, -7.0, 5.0)
    return matrix


def save(path: Path, array, matrix=None) -> Path:
    matrix = affine() if matrix is None else matrix
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, matrix), path)
    return path


def volume(array, matrix=None, path="image.nii.gz") -> Volume:
    matrix = affine() if matrix is None else matrix
    x, y, z = np.linalg.norm(matrix[:3, :3], axis=0)
    return Volume(array.astype(np.float32), matrix, (x, y, z), Path(path))


def ramp(shape=(9, 7, 4)):
    return np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
