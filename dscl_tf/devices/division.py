"""Whether several devices divide a batch: by its size, or every array of it by its first axis."""

from collections.abc import Iterator
from typing import Any

from dscl_tf.errors import UsageError


def check_divisible(batch: Any, devices: int, stage: str) -> None:
    """Check that the devices divide every array of a batch.

    >>> check_divisible(({"image": [0] * 8}, [0] * 12), 4, "finetune")

    Args:
        batch: arrays, or anything that has a length, in dictionaries and tuples.
        devices: how many there are.
        stage: the section of the configuration that the batch is of, for the message.

    Raises:
        UsageError: they do not; the message names the array and the numbers.
    """
    for name, rows in lengths(batch):
        if rows % devices:
            raise UsageError(
                f"{stage}.batch_size: {devices} devices must divide a batch and its parts, one "
                f"has {rows} rows ({name}); try another batch_size or runtime.devices"
            )


def check_batch_size(size: int, devices: int, stage: str, *, halved: bool) -> None:
    """Check by a stage's settings alone, before anything is computed, that devices divide a batch.

    Args:
        size: the stage's `batch_size`.
        devices: how many there are.
        stage: the section of the configuration that it is of, for the message.
        halved: whether the batch has two halves, which the devices share one by one.

    Raises:
        UsageError: they do not.

    >>> check_batch_size(40, 2, "finetune", halved=True)
    """
    least = devices * (2 if halved else 1)
    if devices > 1 and size % least:
        halves = ", which share each half of it" if halved else ""
        raise UsageError(
            f"{stage}.batch_size: must be a multiple of {least} on {devices} devices{halves}, "
            f"got {size}"
        )


def lengths(batch: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Yield the name and the length of every array of a batch.

    >>> list(lengths(({"image": [1, 2]}, [1, 2, 3])))
    [('inputs image', 2), ('target', 3)]
    """
    if isinstance(batch, tuple):
        for part, value in zip(("inputs", "target"), batch, strict=True):
            yield from lengths(value, part)
    elif isinstance(batch, dict):
        for key, value in batch.items():
            yield from lengths(value, f"{name} {key}")
    else:
        yield name, len(batch)
