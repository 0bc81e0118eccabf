"""Predicted masks as files, and the maps of uncertainty beside them."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.data.io.files import write_map, write_mask
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError


def write_prediction(
    path: Path, mask: np.ndarray, image: Volume, uncertainty: np.ndarray | None = None
) -> None:
    """Write a mask on the grid of its image and, where it is given, the map of its uncertainty.

    Args:
        path: of the mask, .nii, .nii.gz or .png; the map goes to its `uncertainty_path`.
        mask: (X, Y, Z) uint8 class numbers.
        image: what was predicted.
        uncertainty: (X, Y, Z) float32 in [0, 1]. In a PNG, which has 16 bits, 65535 stands for 1.

    Raises:
        DataError: a file cannot be written.
    """
    write_mask(path, mask, image)
    if uncertainty is not None:
        write_map(uncertainty_path(path), uncertainty, image)


def uncertainty_path(mask: Path) -> Path:
    """Return where the map of a mask lies: beside it, its name ending in "_uncertainty".

    >>> uncertainty_path(Path("masks/001.nii.gz")).name
    '001_uncertainty.nii.gz'
    """
    name = re.sub(r"(\.nii|\.nii\.gz|\.png)$", r"_uncertainty\1", mask.name, flags=re.IGNORECASE)
    return mask.with_name(name)


def check_map_names(masks: Sequence[Path]) -> None:
    """Check that no mask has the name of another's map of uncertainty.

    Raises:
        DataError: one has.
    """
    if taken := sorted({uncertainty_path(mask) for mask in masks} & set(masks)):
        raise DataError(f"{taken[0].name}: is a mask's name and that of another's uncertainty map")
