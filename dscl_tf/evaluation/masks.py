"""Predicted masks as files, and the maps of uncertainty and probabilities beside them."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.data.io.files import is_picture, write_map, write_mask
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError


def write_prediction(
    path: Path, mask: np.ndarray, image: Volume, uncertainty: np.ndarray | None = None
) -> None:
    """Write a mask on the grid of its image and, where it is given, the map of its uncertainty.

    Args:
        path: of the mask, .nii, .nii.gz or .png; the map goes to its `uncertainty_path`.
        mask: (X, Y, Z) uint8 class numbers, or other values as `with_values` gives them.
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
    return _beside(mask, "_uncertainty")


def write_probabilities(mask: Path, probabilities: np.ndarray, image: Volume) -> None:
    """Write class probabilities beside a mask, at its `probability_paths`.

    Args:
        mask: its path.
        probabilities: (X, Y, Z, classes) float32 in [0, 1], the background first. In a PNG, which
            has 16 bits, 65535 stands for 1.
        image: what was predicted.

    Raises:
        DataError: a file cannot be written.
    """
    paths = probability_paths(mask, probabilities.shape[-1])
    if len(paths) == 1:
        write_map(paths[0], probabilities, image)
        return
    for label, path in enumerate(paths):
        write_map(path, probabilities[..., label], image)


def probability_paths(mask: Path, classes: int) -> list[Path]:
    """Return where the class probabilities of a mask lie: one NIfTI file, or a PNG per class.

    >>> [path.name for path in probability_paths(Path("masks/001.nii.gz"), 4)]
    ['001_probabilities.nii.gz']
    >>> [path.name for path in probability_paths(Path("a.png"), 2)]
    ['a_probability_0.png', 'a_probability_1.png']
    """
    if is_picture(mask):
        return [_beside(mask, f"_probability_{label}") for label in range(classes)]
    return [_beside(mask, "_probabilities")]


def _beside(mask: Path, text: str) -> Path:
    pattern = r"(\.nii|\.nii\.gz|\.png)$"
    return mask.with_name(re.sub(pattern, rf"{text}\1", mask.name, flags=re.IGNORECASE))


def check_map_names(masks: Sequence[Path]) -> None:
    """Check that no mask has the name of another's map of uncertainty.

    Raises:
        DataError: one has.
    """
    if taken := sorted({uncertainty_path(mask) for mask in masks} & set(masks)):
        raise DataError(f"{taken[0].name}: is a mask's name and that of another's uncertainty map")
