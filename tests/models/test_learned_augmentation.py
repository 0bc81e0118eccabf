import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GeneratorTrainingBatches
from dscl_tf.models import adversarial_networks
from dscl_tf.models.learned_augmentation import AdversarialAugmentation, GeneratedSegmentation


class Recorder(keras.Model):
    """A network that returns its image and two more channels as logits."""

    def call(self, images, training=False):
        return keras.ops.concatenate([images, -images, 0 * images], axis=-1)


class Shift(keras.Model):
    """A generator of the displacement of one row, or of a change by a half."""

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


def test_each_loss_reaches_its_own_networks(tiny: Experiment, store) -> None:
    networks = adversarial_networks(tiny)
    settings = tiny.pretrain_augmentation
    model = AdversarialAugmentation(networks, "deformation")
    inputs, _ = GeneratorTrainingBatches(store, ["001"], ["002"], settings, 1)[0]
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
def test_generated_rows_are_compared_with_masks_changed_alike(tiny: Experiment, kind: str) -> None:
    networks = adversarial_networks(replace(tiny, {"pretrain_augmentation.kind": kind}))
    model = AdversarialAugmentation(networks, kind)
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


def test_chosen_rows_alone_change_and_masks_follow_deformations() -> None:
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
