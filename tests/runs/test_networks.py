import hashlib
from collections.abc import Callable, Iterator

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.models import weights_of
from dscl_tf.runs import networks

CORNERS = np.array([[0, 0], [0, 4], [4, 0]])
NETWORKS: dict[str, Callable[[Experiment], keras.Model]] = {
    "segmentation": networks.segmentation_network,
    "slice embedding": networks.slice_embedding_network,
    "region embedding": lambda config: networks.region_embedding_network(config, CORNERS),
    "joint embedding": lambda config: networks.joint_embedding_network(config, CORNERS),
    "rotation": networks.rotation_network,
    "restoration": networks.restoration_network,
    "discriminator": networks.discriminator_network,
    "adversarial": lambda config: networks.adversarial_networks(config).whole,
}
# Of all variable paths and initial values, as they were before networks took plain arguments. If
# one changes, weights of earlier runs no longer fit, or the same command trains another network.
DIGESTS = {
    "segmentation": "7c537b5cd6c86e21",
    "slice embedding": "5e2aa3bb989218b4",
    "region embedding": "2539dda284878221",
    "joint embedding": "2b9c72951c7d3ece",
    "rotation": "2266f010792fbb9d",
    "restoration": "22d64a4a4150cb32",
    "discriminator": "76366e1fe26b6f93",
    "adversarial": "5b1fb7f22193e1da",
}


@pytest.fixture
def phantom() -> Experiment:
    return replace(load_config("phantom"), {"finetune.adversarial": {}})


def digest(network: keras.Model) -> str:
    found = hashlib.sha256()
    for path, array in weights_of(network).items():
        found.update(f"{path} {array.shape} {array.dtype}".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:16]


def layers_of(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yield the layers of a network, and those of the networks in it."""
    for layer in network.layers:
        yield from layers_of(layer) if isinstance(layer, keras.Model) else (layer,)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX draws other numbers")
@pytest.mark.parametrize("name", NETWORKS)
def test_variables_and_initial_values_are_those_of_earlier_versions(
    phantom: Experiment, name: str
) -> None:
    assert digest(NETWORKS[name](phantom)) == DIGESTS[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_setting_of_the_model_reaches_every_network(phantom: Experiment, name: str) -> None:
    changes = {"batch_norm_momentum": 0.8, "batch_norm_epsilon": 0.01}
    config = replace(phantom, {f"model.{key}": value for key, value in changes.items()})
    layers = layers_of(NETWORKS[name](config))
    found = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert all((layer.momentum, layer.epsilon) == (0.8, 0.01) for layer in found)
    assert found or name == "discriminator"
    reseeded = replace(phantom, {"runtime.seed": 2})
    assert digest(NETWORKS[name](reseeded)) != digest(NETWORKS[name](phantom))


def test_sizes_follow_the_configuration(tiny: Experiment) -> None:
    assert networks.segmentation_network(tiny).output_shape == (None, 32, 32, 4)
    assert networks.encoder_network(tiny).output_shape == (None, 8, 8, 8)
    assert networks.slice_embedding_network(tiny).output_shape == (None, 8)
    assert networks.region_embedding_network(tiny, CORNERS).output_shape == (None, 3, 8)
    assert networks.rotation_network(tiny).output_shape == (None, 4)
    assert networks.restoration_network(tiny).output_shape == (None, 32, 32, 1)
    assert networks.local_map_size(tiny) == (16, 16)
    hidden = networks.slice_embedding_network(tiny).get_layer("g1_dense1")
    assert hidden.units == 16


def test_the_local_stage_gives_blocks_and_size_of_regions(tiny: Experiment) -> None:
    changes = {"pretrain_local.decoder_blocks": 2, "pretrain_local.region_size": 1}
    config = replace(tiny, changes)
    network = networks.region_embedding_network(config, CORNERS)
    assert network.get_layer("g2_conv2").output.shape == (None, 32, 32, 4)
    assert network.get_layer("g2_regions").size == 1
    assert networks.local_map_size(config) == (32, 32)


def test_the_joint_network_embeds_half_of_the_batch_whole(tiny: Experiment) -> None:
    network = networks.joint_embedding_network(
        replace(tiny, {"pretrain_joint.batch_size": 4}), CORNERS
    )
    outputs = network(np.zeros((4, 32, 32, 1), "float32"))
    assert outputs["global"].shape == (2, 8)
    assert outputs["local"].shape == (2, 3, 8)


@pytest.mark.parametrize(("kind", "channels"), [("deformation", 2), ("intensity", 1)])
def test_a_generator_is_of_its_kind_and_takes_noise_of_its_size(
    tiny: Experiment, kind: str, channels: int
) -> None:
    config = replace(tiny, {"pretrain_augmentation.kind": kind})
    network = networks.generator_network(config)
    assert network.output_shape == (None, 32, 32, channels)
    assert network.inputs[1].shape == (None, 6)


def test_discriminators_have_their_filters(tiny: Experiment) -> None:
    config = replace(tiny, {"finetune.adversarial": {"filters": [4, 6]}})
    weights = weights_of(networks.discriminator_network(config))
    assert weights["discriminator_conv1/kernel"].shape == (3, 3, 5, 4)
    assert weights["discriminator_conv2/kernel"].shape == (3, 3, 4, 6)
    weights = weights_of(networks.adversarial_networks(config).discriminator)
    assert weights["image_discriminator_conv2/kernel"].shape == (5, 5, 4, 4)
    assert "image_discriminator_conv3/kernel" not in weights
