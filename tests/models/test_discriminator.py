import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.models import image_discriminator, segmentation_discriminator
from dscl_tf.models.discriminator import judge_unmoved

DISCRIMINATORS = {
    "discriminator": lambda: segmentation_discriminator((32, 32, 1), 4, filters=(4, 8)),
    "image_discriminator": lambda: image_discriminator((32, 32, 5), filters=(4, 8)),
}
JUDGED = np.random.default_rng(0).normal(size=(6, 32, 32, 5)).astype("float32")


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_it_scores_each_image_by_itself(name: str) -> None:
    network: keras.Model = DISCRIMINATORS[name]()
    scores = network.predict_on_batch(JUDGED)
    assert scores.shape == (6, 1)
    assert scores[:2] == pytest.approx(network.predict_on_batch(JUDGED[:2]), rel=1e-4)
    assert len(np.unique(scores)) == 6
    assert network.name == name
    assert all(weight.path.startswith(f"{name}_") for weight in network.weights)


def test_an_unmoved_discriminator_passes_gradients_on_and_takes_none() -> None:
    network = DISCRIMINATORS["image_discriminator"]()
    images = tf.Variable(JUDGED)
    with tf.GradientTape() as tape:
        scores = judge_unmoved(network, images)
    np.testing.assert_allclose(scores, network(JUDGED), rtol=1e-5)
    own = [variable.value for variable in network.trainable_variables]
    by_images, *by_weights = tape.gradient(scores, [images, *own])
    assert np.abs(by_images).max() > 0
    assert by_weights == [None] * len(own)
