"""The values of masks: class numbers, or those that the training masks had."""

import logging

import numpy as np

from dscl_tf.config import Data

logger = logging.getLogger(__name__)


def original_values(data: Data) -> dict[int, int]:
    """Return class number to the value of `data.labels`; where several have the class, the lowest.

    >>> data = Data(
    ...     classes={1: "wall", 2: "pool"}, labels={7: 1, 14: 2, 15: 2}, spacing=(1, 1), grid=(8, 8)
    ... )
    >>> original_values(data)
    {1: 7, 2: 14}
    """
    labels = {number: number for number in data.classes} if data.labels is None else data.labels
    values: dict[int, int] = {}
    for value, number in sorted(labels.items()):
        if number:
            values.setdefault(number, value)
    return {number: values[number] for number in data.classes}


def log_ambiguous(data: Data) -> None:
    """Log which value a class gets that had several in the training masks."""
    chosen = original_values(data)
    for number, name in data.classes.items():
        values = sorted(value for value, of in (data.labels or {}).items() if of == number)
        if len(values) > 1:
            others = ", ".join(map(str, values[1:]))
            logger.info(f"{name}: {chosen[number]} in the masks, which stands for {others} too")


def with_values(mask: np.ndarray, values: dict[int, int]) -> np.ndarray:
    """Return a mask with the values of its classes in place of their numbers.

    Args:
        mask: class numbers, uint8, any shape.
        values: class number to value, above 0; 0 stays.

    Returns:
        uint8 where all values fit, else uint16 or int32.

    >>> with_values(np.array([0, 2], np.uint8), {1: 205, 2: 420})
    array([  0, 420], dtype=uint16)
    """
    table: np.ndarray = np.zeros(max(values) + 1, _smallest(max(values.values())))
    table[list(values)] = list(values.values())
    return table[mask]


def _smallest(largest: int) -> type:
    if largest <= np.iinfo(np.uint8).max:
        return np.uint8
    return np.uint16 if largest <= np.iinfo(np.uint16).max else np.int32
