import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.models import (
    AdversarialAugmentation,
    AdversarialNetworks,
    GeneratedSegmentation,
    adversarial_networks,
    augmentation_generator,
    image_discriminator,
    unet,
)
from tests.models.tiny import FILTERS, IMAGES, SHAPE


def networks_of(kind: str) -> AdversarialNetworks:
    return adversarial_networks(
        augmentation_generator(SHAPE, kind, FILTERS, noise=6),
        unet(SHAPE, 4, FILTERS),
        image_discriminator(SHAPE, FILTERS),
    )


class Recorder(keras.Model):
    """A network that returns its image and two more channels as logits."""

    def call(self, images, training=False):
        return keras.ops.concatenate([images, -images, 0 * images], axis=-1)


class Shift(keras.Model):
    """A generator of the displacement by one image row, or of a change by a half."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def call(self, inputs, training=False):
        images, _ = inputs
        if self.kind == "intensity":
            return 0 * images + 0.5
        return keras.ops.concatenate([0 * images + 1, 0 * images], axis=-1)


class Keep(keras.losses.Loss):
    """A loss of 0 that keeps the labels it was given."""

    labels: np.ndarray

    def call(self, y_true, y_pred):
        self.labels = np.asarray(y_true).argmax(axis=-1)
        return 0 * keras.ops.mean(y_pred, axis=(1, 2, 3))


def test_each_loss_reaches_its_own_networks() -> None:
    networks = networks_of("deformation")
    model = AdversarialAugmentation(networks, "deformation")
    inputs = {
        "labelled": {"image": IMAGES[:2]},
        "unlabelled": {"image": IMAGES[2:]},
        "noise": np.random.default_rng(1).normal(size=(2, 6)).astype("float32"),
    }
    with tf.GradientTape(persistent=True) as tape:
        outputs = model(inputs, training=True)
    reached = {
        name: [
            any(g is not None for g in tape.gradient(output, network.trainable_variables))
            for network in networks[:3]
        ]
        for name, output in outputs.items()
    }
    assert reached == {
        "segmentation": [True, True, False],
        "adversarial": [True, False, False],
        "discriminator": [False, False, True],
        "change": [True, False, False],
    }


@pytest.mark.parametrize("kind", ["deformation", "intensity"])
def test_generated_images_are_compared_with_masks_changed_alike(kind: str) -> None:
    model = AdversarialAugmentation(networks_of(kind), kind)
    model.generator = Shift(kind)
    images = np.random.default_rng(1).random((2, 32, 32, 1)).astype("float32")
    part = {"image": images}
    outputs = model({"labelled": part, "unlabelled": part, "noise": np.zeros((2, 6), "float32")})
    masks = (images[..., 0] > 0.5).astype("uint8")
    keep = Keep()
    other = dict.fromkeys(("adversarial", "discriminator", "change"))
    model.compile(loss={"segmentation": keep, **other}, run_eagerly=True)
    model.compute_loss({"labelled": part}, masks, outputs)
    labels = keep.labels
    assert np.array_equal(labels[:2], masks)
    moved = np.concatenate([masks[:, 1:], masks[:, -1:]], axis=1)
    assert np.array_equal(labels[2:], moved if kind == "deformation" else masks)


def test_chosen_images_alone_change_and_masks_follow_deformations() -> None:
    images = np.random.default_rng(1).random((4, 6, 5, 1)).astype("float32")
    model = GeneratedSegmentation(
        Recorder(), {"intensity": Shift("intensity"), "deformation": Shift("deformation")}
    )
    noise = np.zeros((4, 2), "float32")
    inputs = {
        "image": images,
        "deformation_noise": noise,
        "intensity_noise": noise,
        "deformation_chosen": np.array([0, 1, 0, 1], bool),
        "intensity_chosen": np.array([0, 0, 1, 1], bool),
    }
    moved = np.concatenate([images[:, 1:], images[:, -1:]], axis=1)
    logits = model(inputs)
    expected = np.stack([images[0], moved[1], images[2] + 0.5, moved[3] + 0.5])
    np.testing.assert_allclose(logits[..., :1], expected, rtol=1e-6)
    keep = Keep()
    model.compile(loss=keep, run_eagerly=True)
    masks = (images[..., 0] > 0.5).astype("uint8")
    model.compute_loss(inputs, masks, logits)
    moved_masks = np.concatenate([masks[:, 1:], masks[:, -1:]], axis=1)
    assert np.array_equal(
        keep.labels, np.stack([masks[0], moved_masks[1], masks[2], moved_masks[3]])
    )
