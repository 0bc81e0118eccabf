import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.models import (
    freeze_encoder,
    joint_embedding_network,
    local_map_size,
    region_embedding_network,
    restoration_network,
    rotation_network,
    segmentation_network,
    slice_embedding_network,
    weights_of,
)

CORNERS = np.array([[0, 0], [0, 4], [4, 0]])


def test_each_network_has_its_output_shape(tiny: Experiment) -> None:
    assert slice_embedding_network(tiny).output_shape == (None, 8)
    assert region_embedding_network(tiny, CORNERS).output_shape == (None, 3, 8)
    assert segmentation_network(tiny).output_shape == (None, 32, 32, 4)
    assert rotation_network(tiny).output_shape == (None, 4)
    assert restoration_network(tiny).output_shape == (None, 32, 32, 1)


def test_the_paper_networks_parts_have_the_released_codes_shapes() -> None:
    config = load_config("acdc")
    global_weights = weights_of(slice_embedding_network(config))
    assert global_weights["encoder_block6_conv2/kernel"].shape == (3, 3, 128, 128)
    assert global_weights["g1_dense1/kernel"].shape == (6 * 6 * 128, 1024)
    local_weights = weights_of(region_embedding_network(config, CORNERS))
    assert local_weights["decoder_block1_up/kernel"].shape == (2, 2, 128, 128)
    assert local_weights["decoder_block3_conv1/kernel"].shape == (3, 3, 128, 64)
    assert local_weights["g2_dense/kernel"].shape == (9 * 64, 128)
    assert local_map_size(config) == (48, 48)
    unet = weights_of(segmentation_network(config))
    assert unet["segmentation_logits/kernel"].shape == (3, 3, 16, 4)
    assert "decoder_block5_conv2/kernel" not in unet
    assert not any("bias" in path for path in unet)


def test_the_joint_network_embeds_each_half_as_the_networks_of_the_stages(
    tiny: Experiment,
) -> None:
    joint = joint_embedding_network(replace(tiny, {"pretrain_joint.batch_size": 4}), CORNERS)
    images = np.random.default_rng(0).random((4, 32, 32, 1)).astype("float32")
    outputs = joint(images)  # with moving statistics, rows do not touch each other
    slices = slice_embedding_network(tiny)(images[:2])
    regions = region_embedding_network(tiny, CORNERS)(images[2:])
    for output, expected in ((outputs["global"], slices), (outputs["local"], regions)):
        output, expected = map(keras.ops.convert_to_numpy, (output, expected))
        assert output.shape == expected.shape
        np.testing.assert_allclose(output, expected, atol=1e-5)


def test_one_by_one_regions_are_embedded_without_a_dense_layer(tiny: Experiment) -> None:
    config = replace(tiny, {"pretrain_local.region_size": 1})
    network = region_embedding_network(config, CORNERS)
    assert network.output_shape == (None, 3, 4)
    assert not any("g2_dense" in path for path in weights_of(network))


def test_stages_share_initial_weights_by_name(tiny: Experiment) -> None:
    first, second = (
        weights_of(slice_embedding_network(tiny)),
        weights_of(segmentation_network(tiny)),
    )
    common = first.keys() & second.keys()
    assert {path.split("_")[0] for path in common} == {"encoder"}
    assert all(np.array_equal(first[path], second[path]) for path in common)


def test_the_pretext_networks_hold_the_encoder_and_the_encoder_and_full_decoder(
    tiny: Experiment,
) -> None:
    def parts(network: keras.Model, *own: str) -> set[str]:
        return {path for path in weights_of(network) if not path.startswith(own)}

    unet = parts(segmentation_network(tiny), "segmentation_")
    assert parts(restoration_network(tiny), "restoration_output") == unet
    encoder = {path for path in unet if path.startswith("encoder_")}
    assert parts(rotation_network(tiny), "rotation_logits") == encoder


def test_kernels_differ_between_layers_and_between_seeds(tiny: Experiment) -> None:
    weights = weights_of(segmentation_network(tiny))
    other = weights_of(segmentation_network(replace(tiny, {"runtime.seed": 2})))
    same_shape = ("segmentation_conv1/kernel", "segmentation_conv2/kernel")
    assert not np.array_equal(weights[same_shape[0]], weights[same_shape[1]])
    assert not np.array_equal(weights[same_shape[0]], other[same_shape[0]])


@pytest.mark.parametrize(("statistics", "moves"), [("batch", True), ("moving", False)])
def test_a_frozen_encoder_keeps_its_weights(tiny: Experiment, statistics: str, moves: bool) -> None:
    network = region_embedding_network(tiny, CORNERS)
    freeze_encoder(network, statistics)
    assert not any(v.path.startswith("encoder") for v in network.trainable_variables)
    assert any(v.path.startswith("decoder") for v in network.trainable_variables)
    images = np.random.default_rng(0).normal(3, 2, (4, 32, 32, 1)).astype("float32")
    before = weights_of(network)
    trained = keras.ops.convert_to_numpy(network(images, training=True))
    path = "encoder_block1_conv1_bn/moving_mean"
    assert np.array_equal(weights_of(network)[path], before[path]) is not moves
    inferred = keras.ops.convert_to_numpy(network(images[:2], training=True))
    assert trained.shape == (4, 3, 8) and inferred.shape == (2, 3, 8)


@pytest.mark.parametrize(
    ("blocks", "channels", "side"),
    [(1, 128, 12), (2, 128, 24), (3, 64, 48), (4, 32, 96), (5, 16, 192)],
)
def test_every_partial_decoder_ends_at_its_size(blocks: int, channels: int, side: int) -> None:
    changes = {"pretrain_local.decoder_blocks": blocks, "pretrain_local.region_size": 1}
    config = replace(load_config("acdc"), changes)
    network = region_embedding_network(config, CORNERS)
    assert network.get_layer("g2_conv2").output.shape == (None, side, side, channels)
    names = {layer.name.split("_")[1] for layer in network.layers if "decoder" in layer.name}
    assert names == {f"block{number}" for number in range(1, blocks + 1)}
    assert local_map_size(config) == (side, side)
