"""Losses and augmentation on fixed inputs, compiled by XLA on whatever backend is set.

Run as a program it writes them to a file: `python -m tests.losses.values FILE.npz`.
"""

import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply.augmentation import augment_images, augment_masks
from dscl_tf.augment.apply.corruption import corrupt
from dscl_tf.augment.apply.deformation import deform
from dscl_tf.augment.draw.augmentation import draw_augmentation
from dscl_tf.augment.draw.box import draw_boxes
from dscl_tf.augment.draw.swap import draw_swaps
from dscl_tf.config import Affine, Augmentation, Elastic, Intensity
from dscl_tf.losses import (
    ChangeLoss,
    DiceLoss,
    GlobalContrastiveLoss,
    LocalContrastiveLoss,
    RestorationLoss,
    contrastive_loss,
)
from dscl_tf.losses import cut_regions as cut

LABELS = np.array([[i // 2, i // 4, i // 2 % 2, i % 2] for i in range(12)], "int32")


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, jit_compile=True)


def values(wrap: Callable[..., Any] = compiled) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    embeddings = rng.normal(size=(12, 8)).astype("float32")
    regions = rng.normal(size=(4, 3, 8)).astype("float32")
    map_pairs = np.array([[0, 1], [1, 0], [2, 3]], "int32")
    images = rng.random((12, 16, 16, 1)).astype("float32")
    masks = rng.integers(4, size=(12, 16, 16)).astype("int32")
    wanted = np.concatenate([images, masks[..., None] > 1], axis=-1)  # with a mask
    settings = Augmentation(
        crop=(0.7, 0.7), affine=Affine(), elastic=Elastic(sigma=1.0), intensity=Intensity()
    )
    draws = draw_augmentation(rng, 12, 16, 16, settings)
    logits = rng.normal(size=(2, 4, 4, 3)).astype("float32")
    targets = np.eye(3, dtype="float32")[rng.integers(3, size=(2, 4, 4))]
    corruption = {
        "box": draw_boxes(rng, 12, 16, 16, (0.2, 0.4)),
        "swaps": draw_swaps(rng, 12, 3, 16, 16, (0.1, 0.3)),
    }
    field = rng.normal(scale=2, size=(12, 16, 16, 2)).astype("float32")
    local = LocalContrastiveLoss([0, 2], [[1, 2], [0, 1]])
    results = {
        name: wrap(GlobalContrastiveLoss(name))(LABELS, embeddings) for name in ("GR", "GD-", "GD")
    }
    results |= {
        "kernel": wrap(lambda e, p, n: contrastive_loss(e, p, n, 0.1))(
            embeddings, np.eye(12, k=1, dtype=bool), ~np.eye(12, dtype=bool)
        ),
        "local": wrap(local)(map_pairs, regions),
        "dice": wrap(DiceLoss())(targets, logits),
        "cut": wrap(lambda x: cut(x, np.array([[0, 1], [9, 3]]), 3))(images),
        "images": wrap(lambda x, d: augment_images(x, d, (0.0, 1.5)))(images, draws),
        "masks": wrap(augment_masks)(masks, draws),
        "corrupt": wrap(corrupt)(images, corruption),
        "deform": wrap(deform)(images, field),
        "change": wrap(ChangeLoss())(field, field),
        "restoration": wrap(RestorationLoss())(wanted, images / 2),
    }
    return {name: np.asarray(value) for name, value in results.items()}


if __name__ == "__main__":
    np.savez(sys.argv[1], **values())
