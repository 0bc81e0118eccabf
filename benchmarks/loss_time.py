"""Seconds for forward and backward of each contrastive loss alone, and its memory.

The losses see random embeddings of the paper's sizes: 128 values, 13 regions, five negatives.
One case per process, so that the peak memory is that of the case alone:

    python benchmarks/loss_time.py GD --images 40
    python benchmarks/loss_time.py LD --images 40000 --repeats 3

Prints one JSON line. `memory_mib` is how far the process grew while the loss ran. The share of a
step follows from benchmarks/step_time.py.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import dscl_tf  # noqa: F401  before TensorFlow, which it sets up

SIZE, REGIONS, PARTITIONS = 128, 13, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("strategy", choices=["GR", "GD-", "GD", "LR", "LD"])
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--xla", action="store_true")
    options = parser.parse_args()

    import tensorflow as tf

    make = global_case if options.strategy.startswith("G") else local_case
    loss, target, embeddings = make(options.strategy, options.images)
    variable = tf.Variable(embeddings)

    @tf.function(jit_compile=options.xla)
    def value_and_gradient() -> Any:
        with tf.GradientTape() as tape:
            value = loss(target, variable)
        return value, tape.gradient(value, variable)

    before = peak_memory()
    value_and_gradient()
    seconds = [timed(value_and_gradient) for _ in range(options.repeats)]
    result = {
        "strategy": options.strategy,
        "images": options.images,
        "xla": options.xla,
        "median_milliseconds": 1000 * statistics.median(seconds),
        "memory_mib": (peak_memory() - before) / 2**10,
    }
    json.dump(result, sys.stdout)
    print()


def global_case(strategy: str, images: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return the loss, labels (images, 4) of two views of each slice, embeddings (images, size)."""
    from dscl_tf.losses import GlobalContrastiveLoss

    slices = np.arange(images) % (images // 2)
    volumes, partitions = slices // PARTITIONS, slices % PARTITIONS
    views = np.arange(images) // (images // 2)
    labels = np.stack([slices, volumes, partitions, views], axis=1).astype("int32")
    return GlobalContrastiveLoss(strategy), labels, normal(images, SIZE)


def local_case(strategy: str, images: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return the loss, pairs (P, 2) of images, embeddings (images, regions, size)."""
    from dscl_tf.data.samplers.region_pairs import across_views, across_volumes
    from dscl_tf.losses import LocalContrastiveLoss, nearest_neighbours, region_corners

    slices = np.arange(images // 2)
    pairs = across_views(images // 2)
    if strategy == "LD":
        pairs = across_volumes(slices // PARTITIONS, slices % PARTITIONS)
    negatives = nearest_neighbours(region_corners(REGIONS, 3, 48, 48), 5)
    loss = LocalContrastiveLoss(np.arange(REGIONS), negatives)
    return loss, pairs.astype("int32"), normal(images, REGIONS, SIZE)


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def timed(function: Callable[[], Any]) -> float:
    started = time.perf_counter()
    value, gradient = function()
    float(value), gradient.numpy()
    return time.perf_counter() - started


def peak_memory() -> int:
    """Return the largest size that the process has had, KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
