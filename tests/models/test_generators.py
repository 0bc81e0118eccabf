import numpy as np
import pytest

from dscl_tf.models import adversarial_networks, augmentation_generator, image_discriminator, unet
from tests.models.tiny import FILTERS, IMAGES, SHAPE


@pytest.mark.parametrize(("kind", "channels"), [("deformation", 2), ("intensity", 1)])
def test_a_generator_depends_on_image_and_noise(kind: str, channels: int) -> None:
    network = augmentation_generator(SHAPE, kind, FILTERS, noise=6)
    images = IMAGES - IMAGES.mean()
    noise = np.random.default_rng(2).normal(size=(4, 6)).astype("float32")
    change = network.predict_on_batch([images, noise])
    assert change.shape == (4, 32, 32, channels)
    assert not np.allclose(change, network.predict_on_batch([images, -noise]))
    assert not np.allclose(change, network.predict_on_batch([-images, noise]))
    assert kind == "deformation" or np.abs(change).max() < 1
    assert network.name == f"{kind}_generator"
    assert all(weight.path.startswith("generator_") for weight in network.weights)


def test_all_networks_together_have_each_variable_once() -> None:
    networks = adversarial_networks(
        augmentation_generator(SHAPE, "deformation", FILTERS),
        unet(SHAPE, 4, FILTERS),
        image_discriminator(SHAPE, FILTERS),
    )
    paths = [variable.path for variable in networks.whole.variables]
    parts = (networks.generator, networks.segmentation, networks.discriminator)
    assert len(set(paths)) == len(paths) == sum(len(part.variables) for part in parts)
