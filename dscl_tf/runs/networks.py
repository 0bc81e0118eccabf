"""The networks of an experiment: the one place where its configuration becomes their arguments."""

from typing import Any

import keras
import numpy as np

from dscl_tf import models
from dscl_tf.config import Experiment
from dscl_tf.models.pixel_embedding import FEATURES


def segmentation_network(config: Experiment) -> keras.Model:
    """Return the U-Net: image -> class logits (batch, H, W, classes with background)."""
    return models.unet(classes=config.data.class_count, **_network(config))


def encoder_network(config: Experiment) -> keras.Model:
    """Return e: image -> its coarsest feature map (batch, h, w, channels)."""
    return models.encoder(**_network(config))


def slice_embedding_network(config: Experiment) -> keras.Model:
    """Return e + g1: image -> embedding (batch, `model.projection_size`)."""
    return models.slice_encoder(**_network(config), **_projection(config))


def region_embedding_network(config: Experiment, corners: np.ndarray) -> keras.Model:
    """Return e + d_l + g2: image -> region embeddings (batch, regions, length).

    Args:
        config: `pretrain_local` gives l and the region size K.
        corners: (regions, 2), the top-left corner of each region in the map of block l.
    """
    return models.region_encoder(
        corners=corners,
        projection_size=config.model.projection_size,
        **_network(config),
        **_regions(config),
    )


def joint_embedding_network(config: Experiment, corners: np.ndarray) -> keras.Model:
    """Return e + g1 for the first half of a batch and e + d_l + g2 for the second.

    Args:
        config: `pretrain_joint` gives the batch size, `pretrain_local` l and K.
        corners: (regions, 2), the top-left corner of each region in the map of block l.

    Returns:
        image (batch, H, W, channels) -> "global" (batch / 2, `model.projection_size`) and "local"
        (batch / 2, regions, length).
    """
    return models.joint_encoder(
        corners=corners,
        global_images=config.pretrain_joint.batch_size // 2,
        **_network(config),
        **_projection(config),
        **_regions(config),
    )


def rotation_network(config: Experiment) -> keras.Model:
    """Return e and a classifier of quarter turns: image -> logits (batch, 4)."""
    return models.rotation_classifier(**_network(config))


def restoration_network(config: Experiment) -> keras.Model:
    """Return e, the full decoder and an output layer: image -> image of the same shape."""
    return models.restorer(**_network(config))


def discriminator_network(config: Experiment) -> keras.Model:
    """Return the discriminator of adversarial training.

    Args:
        config: `finetune.adversarial`, which must be set, gives the filters.

    Returns:
        image and class probabilities (batch, H, W, channels + classes) -> logit (batch, 1).
    """
    settings = config.finetune.adversarial
    assert settings is not None
    return models.segmentation_discriminator(
        _input_shape(config),
        config.data.class_count,
        settings.filters,
        seed=config.runtime.seed,
    )


def pixel_head_network(config: Experiment, network: keras.Model) -> keras.Model:
    """Return the head that embeds the pixels of a segmentation network's features.

    Args:
        config: `finetune.pseudo_contrast`, which must be set, gives the size.
        network: the segmentation network.

    Returns:
        features (batch, H, W, channels) -> (batch, H, W, size).
    """
    settings = config.finetune.pseudo_contrast
    assert settings is not None
    features = network.get_layer(FEATURES).output
    return models.pixel_head(features, settings.size, seed=config.runtime.seed)


def generator_network(config: Experiment) -> keras.Model:
    """Return the generator of augmentations; `pretrain_augmentation` gives kind and noise."""
    settings = config.pretrain_augmentation
    return models.augmentation_generator(
        kind=settings.kind, noise=settings.noise, **_network(config)
    )


def adversarial_networks(config: Experiment) -> models.AdversarialNetworks:
    """Return generator, segmentation network and discriminator, and all of them as one model."""
    discriminator = models.image_discriminator(
        _input_shape(config), config.model.filters[:-1], seed=config.runtime.seed
    )
    return models.adversarial_networks(
        generator_network(config), segmentation_network(config), discriminator
    )


def local_map_size(config: Experiment) -> tuple[int, int]:
    """Return (height, width) of the map that the local loss sees, after decoder block l."""
    return models.decoder_map_size(
        _input_shape(config), config.model.filters, config.pretrain_local.decoder_blocks
    )


def _input_shape(config: Experiment) -> tuple[int, ...]:
    return (*config.data.grid, config.model.channels)


def _network(config: Experiment) -> dict[str, Any]:
    """Return the arguments that all networks with an encoder take."""
    return {
        "input_shape": _input_shape(config),
        "filters": config.model.filters,
        "batch_norm_momentum": config.model.batch_norm_momentum,
        "batch_norm_epsilon": config.model.batch_norm_epsilon,
        "seed": config.runtime.seed,
    }


def _projection(config: Experiment) -> dict[str, Any]:
    return {
        "projection_hidden": config.model.projection_hidden,
        "projection_size": config.model.projection_size,
    }


def _regions(config: Experiment) -> dict[str, Any]:
    return {
        "region_size": config.pretrain_local.region_size,
        "decoder_blocks": config.pretrain_local.decoder_blocks,
    }
