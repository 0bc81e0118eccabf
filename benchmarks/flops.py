"""How many floating-point operations a step needs, and how many a second the processor does."""

import time
from collections.abc import Sequence

import numpy as np

JOBS = ("pretrain_global", "pretrain_local", "finetune", "inference")


def count_flops(
    job: str,
    images: int,
    side: int,
    channels: int,
    filters: Sequence[int],
    classes: int = 4,
    hidden: int = 1024,
    size: int = 128,
    decoder_blocks: int = 3,
) -> int:
    """Return twice the multiply-adds of all convolutions and dense layers, forward and backward.

    The backward pass costs as much as the forward one for the gradient of the weights, and as much
    again for that of the input; the first layer needs none of its input, and in the local stage
    the frozen encoder neither.
    """
    training = job != "inference"
    levels = len(filters) - 1
    total = 0

    def layer(at: int, inputs: int, outputs: int, kernel: int, passes: int) -> None:
        nonlocal total
        total += 2 * images * at * at * inputs * outputs * kernel * kernel * passes

    whole = 3 if training else 1
    encoder = 1 if job in ("pretrain_local", "inference") else 3
    inputs = channels
    for number, outputs in enumerate(filters):
        at = side >> number
        layer(at, inputs, outputs, 3, encoder - 1 if encoder == 3 and number == 0 else encoder)
        layer(at, outputs, outputs, 3, encoder)
        inputs = outputs
    if job == "pretrain_global":
        coarse = side >> levels
        layer(1, inputs * coarse * coarse, hidden, 1, whole)
        layer(1, hidden, size, 1, whole)
        return total
    blocks = decoder_blocks if job == "pretrain_local" else levels
    for number in range(1, blocks + 1):
        outputs, at = filters[levels - number], side >> (levels - number)
        first = 2 if job == "pretrain_local" and number == 1 else whole
        layer(at, inputs, outputs, 2, first)
        layer(at, 2 * outputs, outputs, 3, whole)
        if number < levels:
            layer(at, outputs, outputs, 3, whole)
        inputs = outputs
    if job == "pretrain_local":
        layer(at, inputs, inputs, 1, whole)
        layer(at, inputs, inputs, 1, whole)
        layer(1, 13 * 9 * inputs, size, 1, whole)
        return total
    layer(side, inputs, inputs, 3, whole)
    layer(side, inputs, inputs, 3, whole)
    layer(side, inputs, classes, 3, whole)
    return total


def peak_flops(seconds: float = 1.0, side: int = 2048) -> float:
    """Return the operations a second of a large float32 matrix product, the fastest of several."""
    a = np.random.default_rng(0).random((side, side), np.float32)
    best, until = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        a @ a
        best = max(best, 2 * side**3 / (time.perf_counter() - began))
    return best
