import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.models import adversarial_networks, generator_network
from dscl_tf.models.discriminator import judge_unmoved

RNG = np.random.default_rng(2)
IMAGES = RNG.normal(size=(3, 32, 32, 1)).astype("float32")


@pytest.mark.parametrize(("kind", "channels"), [("deformation", 2), ("intensity", 1)])
def test_a_generator_depends_on_image_and_noise(tiny: Experiment, kind: str, channels: int) -> None:
    network = generator_network(replace(tiny, {"pretrain_augmentation.kind": kind}))
    noise = RNG.normal(size=(3, 6)).astype("float32")
    change = network.predict_on_batch([IMAGES, noise])
    assert change.shape == (3, 32, 32, channels)
    assert not np.allclose(change, network.predict_on_batch([IMAGES, -noise]))
    assert not np.allclose(change, network.predict_on_batch([-IMAGES, noise]))
    assert kind == "deformation" or np.abs(change).max() < 1
    assert all(weight.path.startswith("generator_") for weight in network.weights)


def test_the_discriminator_scores_each_row_by_itself(tiny: Experiment) -> None:
    network = adversarial_networks(tiny).discriminator
    scores = network.predict_on_batch(IMAGES)
    assert scores.shape == (3, 1)
    np.testing.assert_allclose(scores[:2], network.predict_on_batch(IMAGES[:2]), rtol=1e-4)


def test_all_networks_together_have_each_variable_once(tiny: Experiment) -> None:
    networks = adversarial_networks(tiny)
    paths = [variable.path for variable in networks.whole.variables]
    parts = (networks.generator, networks.segmentation, networks.discriminator)
    assert len(set(paths)) == len(paths) == sum(len(part.variables) for part in parts)


def test_an_unmoved_discriminator_passes_gradients_on_and_takes_none(tiny: Experiment) -> None:
    network = adversarial_networks(tiny).discriminator
    images = tf.Variable(IMAGES)
    with tf.GradientTape() as tape:
        scores = judge_unmoved(network, images)
    np.testing.assert_allclose(scores, network(IMAGES), rtol=1e-5)
    own = [variable.value for variable in network.trainable_variables]
    by_images, *by_weights = tape.gradient(scores, [images, *own])
    assert np.abs(by_images).max() > 0
    assert by_weights == [None] * len(own)
