"""The networks of the stages, as functional Keras models that share parts by name."""

import keras
import numpy as np
from keras import layers

from dscl_tf.augment.draw.turn import TURNS
from dscl_tf.config import Experiment
from dscl_tf.models.blocks import Parts
from dscl_tf.models.decoder import decode, segment
from dscl_tf.models.encoder import encode
from dscl_tf.models.projection import project_regions, project_slices
from dscl_tf.tensor import Tensor


def slice_embedding_network(config: Experiment) -> keras.Model:
    """Return e + g1: image (rows, H, W, channels) -> embedding (rows, projection_size)."""
    image, parts = _start(config)
    embedding = project_slices(encode(image, parts)[-1], parts)
    return keras.Model(image, embedding, name="slice_embedding")


def region_embedding_network(config: Experiment, corners: np.ndarray) -> keras.Model:
    """Return e + d_l + g2: image -> region embeddings (rows, regions, size).

    Args:
        config: `pretrain_local` gives l and the region size K.
        corners: (regions, 2), the top-left corner of each region in the map of block l.
    """
    image, parts = _start(config)
    settings = config.pretrain_local
    features = decode(encode(image, parts), settings.decoder_blocks, parts)
    embeddings = project_regions(features, corners, settings.region_size, parts)
    return keras.Model(image, embeddings, name="region_embedding")


def joint_embedding_network(config: Experiment, corners: np.ndarray) -> keras.Model:
    """Return e + g1 for the first half of the rows and e + d_l + g2 for the second.

    Args:
        config: `pretrain_joint` gives the number of rows, `pretrain_local` l and K.
        corners: (regions, 2), the top-left corner of each region in the map of block l.

    Returns:
        image (rows, H, W, channels) -> "global" (rows / 2, projection_size) and "local"
        (rows / 2, regions, size). Batch normalisation in e is over all rows.
    """
    image, parts = _start(config)
    settings = config.pretrain_local
    half = config.pretrain_joint.batch_size // 2
    maps = encode(image, parts)
    embedding = project_slices(maps[-1][:half, ...], parts)
    features = decode([each[half:, ...] for each in maps], settings.decoder_blocks, parts)
    embeddings = project_regions(features, corners, settings.region_size, parts)
    return keras.Model(image, {"global": embedding, "local": embeddings}, name="joint_embedding")


def segmentation_network(config: Experiment) -> keras.Model:
    """Return the full U-Net: image -> class logits (rows, H, W, classes with background)."""
    image, parts = _start(config)
    features = decode(encode(image, parts), config.model.decoder_blocks, parts)
    logits = segment(features, config.data.class_count, parts)
    return keras.Model(image, logits, name="unet")


def rotation_network(config: Experiment) -> keras.Model:
    """Return e and a linear classifier of its mean features: image -> logits (rows, 4 turns)."""
    image, parts = _start(config)
    features = layers.GlobalAveragePooling2D(name="rotation_pool")(encode(image, parts)[-1])
    return keras.Model(image, parts.dense(TURNS, "rotation_logits")(features), name="rotation")


def restoration_network(config: Experiment) -> keras.Model:
    """Return e, the full decoder and a linear 3x3 convolution: image -> image of the same shape."""
    image, parts = _start(config)
    features = decode(encode(image, parts), config.model.decoder_blocks, parts)
    restored = parts.convolution(config.model.channels, 3, "restoration_output")(features)
    return keras.Model(image, restored, name="restoration")


def local_map_size(config: Experiment) -> tuple[int, int]:
    """Return (height, width) of the map that the local loss sees, after decoder block l."""
    shrink = 2 ** (config.model.decoder_blocks - config.pretrain_local.decoder_blocks)
    return config.data.grid[0] // shrink, config.data.grid[1] // shrink


def freeze_encoder(network: keras.Model, statistics: str) -> None:
    """Keep the encoder's weights as they are.

    Args:
        network: a model of this module; only layers named `encoder_...` change.
        statistics: "moving": batch normalisation uses the moving statistics, which stay as they
            are. "batch": it uses those of the batch and goes on averaging them.
    """
    for layer in network.layers:
        if not layer.name.startswith("encoder_"):
            continue
        if statistics == "batch" and isinstance(layer, layers.BatchNormalization):
            layer.gamma.trainable = layer.beta.trainable = False
        else:
            layer.trainable = False


def _start(config: Experiment) -> tuple[Tensor, Parts]:
    image = layers.Input((*config.data.grid, config.model.channels), name="image")
    return image, Parts(config.model, config.runtime.seed)
