"""From the values in a mask file to class numbers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dscl_tf.config.data import Unlisted
from dscl_tf.errors import DataError

ROUNDING = 0.01  # how far from a whole number a value may lie


def class_numbers(
    array: np.ndarray, labels: Mapping[int, int], unlisted: Unlisted, path: str | Path
) -> np.ndarray:
    """Replace each value of a mask by its class number.

    Args:
        array: values of the file, any real type and shape; 0 is background.
        labels: value to class number, at most 255.
        unlisted: whether another whole number is an error or background. A value that is not a
            whole number is always an error, but for values that miss one by at most `ROUNDING`, as
            masks saved as floating point do: these are rounded.
        path: the file, for the message.

    Returns:
        uint8 of the same shape.

    Raises:
        DataError: the mask holds a value that is no label.

    >>> class_numbers(np.array([0, 205, 421]), {205: 1, 420: 2, 421: 2}, "error", "mask.nii.gz")
    array([0, 1, 2], dtype=uint8)
    """
    values = np.unique(array)
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):  # infinite values
            near = np.abs(values - np.rint(values)) <= ROUNDING
        if (values[near] % 1 != 0).any():
            values = np.unique(np.where(near, np.rint(values), values))
            array = np.rint(array)  # what is not near a whole number is refused below
    wrong = [
        value
        for value in values
        if value not in (0, *labels) and (unlisted == "error" or value.item() % 1 != 0)
    ]
    if wrong:
        allowed = ", ".join(str(label) for label in (0, *sorted(labels)))
        known = f"among {allowed}" if unlisted == "error" else "whole numbers"
        more = ", ..." if len(wrong) > 5 else ""
        raise DataError(
            f"{path}: labels must be {known}, got {', '.join(map(_exact, wrong[:5]))}{more}"
        )
    numbers = np.zeros(array.shape, np.uint8)
    for value, number in labels.items():
        numbers[array == value] = number
    return numbers


def _exact(value: np.generic) -> str:
    """Return a value as text that no other value of its type has; whole numbers without a point."""
    return str(value).removesuffix(".0")
