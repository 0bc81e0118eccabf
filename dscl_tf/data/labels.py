"""From the values in a mask's file to class numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from dscl_tf.errors import DataError


def class_numbers(
    values: np.ndarray,
    path: Path,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Literal["error", "background"] = "error",
) -> np.ndarray:
    """Return the class of every voxel.

    Args:
        values: as in the file.
        path: the file, for the message.
        classes: class number to name, without the background 0.
        labels: value in the file to class number; None: the values are the class numbers.
        unlisted: what another value is.

    Returns:
        uint8 of the values' shape.

    Raises:
        DataError: there is a value that is no label.
    """
    known = {label: label for label in (0, *classes)} if labels is None else labels
    found, place = np.unique(values, return_inverse=True)
    wrong = [float(value) for value in found if value not in known]
    if wrong and unlisted == "error":
        listed = ", ".join(str(label) for label in sorted(known))
        more = ", ..." if len(wrong) > 5 else ""
        raise DataError(
            f"{path}: labels must be among {listed}, "
            f"got {', '.join(f'{value:g}' for value in wrong[:5])}{more}"
        )
    numbers = np.array([known.get(value, 0) for value in found.tolist()], np.uint8)
    return numbers[place].reshape(values.shape)
