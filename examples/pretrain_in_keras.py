"""Pre-train on arrays and fine-tune with the library alone: no store, no configuration, no run.

    python examples/pretrain_in_keras.py

draws phantom volumes, pre-trains an encoder with G^D on twelve of them, fine-tunes a U-Net on the
mask of one, from the encoder and from random weights, and prints the Dice of both on four others.
"""

import argparse
from collections.abc import Iterator

import keras
import numpy as np

from dscl_tf.augment import augment_images, augment_masks, draw_augmentation
from dscl_tf.config import Affine, Augmentation, Intensity
from dscl_tf.data.grid import normalise, partition_of, percentile_range
from dscl_tf.data.phantom import draw_patient
from dscl_tf.losses import DiceCrossEntropyLoss, GlobalContrastiveLoss
from dscl_tf.models import slice_encoder, transfer_weights, unet, weights_of

SIDE, CLASSES, PARTITIONS = 64, 4, 4
NETWORK = {"filters": (8, 16, 32, 64), "batch_norm_momentum": 0.9}
CROPS = Augmentation(crop=(0.8, 1.0), intensity=Intensity())
TURNS = Augmentation(affine=Affine(), intensity=Intensity(brightness=0.2, contrast=(0.5, 1.5)))


def draw_volume(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return slices (slices, SIDE, SIDE, 1), normalised, and masks (slices, SIDE, SIDE)."""
    image, mask, _ = draw_patient(np.random.default_rng([2, seed]))
    image = normalise(image, *percentile_range(image, (1, 99), "the phantom"))
    middles = [np.linspace(0, side - 1, SIDE).round().astype(int) for side in image.shape[:2]]
    image, mask = (array[np.ix_(*middles)].transpose(2, 0, 1) for array in (image, mask))
    return image[..., None], mask


def contrastive_batches(volumes: list[np.ndarray], rng: np.random.Generator) -> Iterator[tuple]:
    """Yield two views of a slice of each partition of five volumes, and the labels of the rows."""
    while True:
        rows, labels = [], []
        for volume in rng.choice(len(volumes), 5, replace=False):
            partitions = partition_of(len(volumes[volume]), PARTITIONS)
            for partition in range(PARTITIONS):
                number = rng.choice(np.flatnonzero(partitions == partition))
                rows.append(volumes[volume][number])
                labels.append((100 * volume + number, volume, partition))
        images = np.array(rows * 2)  # (batch, SIDE, SIDE, 1): all first views, then all second ones
        views = np.repeat([0, 1], len(rows))[:, None]
        draws = draw_augmentation(rng, len(images), SIDE, SIDE, CROPS)
        yield augment_images(images, draws), np.concatenate([labels * 2, views], axis=1)


def labelled_batches(volume: tuple, rng: np.random.Generator) -> Iterator[tuple]:
    """Yield augmented slices and their masks, one-hot, warped by the same draws."""
    images, masks = volume
    while True:
        chosen = rng.integers(len(images), size=16)
        draws = draw_augmentation(rng, len(chosen), SIDE, SIDE, TURNS)
        warped = keras.ops.convert_to_numpy(augment_masks(masks[chosen], draws))
        yield augment_images(images[chosen], draws), np.eye(CLASSES, dtype="float32")[warped]


def train(model: keras.Model, loss: keras.losses.Loss, batches: Iterator, steps: int) -> None:
    """Compile and fit; prints the loss."""
    model.compile(keras.optimizers.Adam(1e-3), loss=loss)
    history = model.fit(batches, steps_per_epoch=steps, verbose=0)
    print(f"{model.name}: loss {history.history['loss'][-1]:.3f} on average over {steps} steps")


def mean_dice(model: keras.Model, volumes: list[tuple]) -> float:
    """Return the mean foreground Dice over volumes and classes."""
    scores = []
    for images, masks in volumes:
        found = model.predict(images, verbose=0).argmax(axis=-1)
        for label in range(1, CLASSES):
            both = np.sum((found == label) & (masks == label))
            scores.append(2 * both / max(np.sum(found == label) + np.sum(masks == label), 1))
    return float(np.mean(scores))


def main() -> None:
    """Pre-train, fine-tune, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200, help="Steps of each training.")
    steps = parser.parse_args().steps
    volumes = [draw_volume(seed) for seed in range(16)]
    unlabelled = [images for images, _ in volumes[:12]]

    encoder = slice_encoder((SIDE, SIDE, 1), projection_hidden=128, **NETWORK)
    batches = contrastive_batches(unlabelled, np.random.default_rng(1))
    train(encoder, GlobalContrastiveLoss("GD", temperature=0.1), batches, steps)

    for start in ("pretrained", "random"):
        model = unet((SIDE, SIDE, 1), CLASSES, name=f"unet_{start}", **NETWORK)
        if start == "pretrained":
            new = ["decoder_", "segmentation_"]
            transfer_weights(model, weights_of(encoder), source="e", new=new, dropped=["g1_"])
        batches = labelled_batches(volumes[0], np.random.default_rng(1))
        train(model, DiceCrossEntropyLoss(), batches, steps)
        print(f"mean Dice, {start} encoder: {mean_dice(model, volumes[12:]):.3f}")


if __name__ == "__main__":
    main()
