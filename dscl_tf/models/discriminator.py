"""Discriminators: convolutions with stride 2, the mean over positions, one unit."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from dscl_tf.config import Experiment
from dscl_tf.models.blocks import Parts
from dscl_tf.tensor import Tensor

PREFIX = "discriminator_"
IMAGE_PREFIX = "image_discriminator_"


def discriminator_network(config: Experiment) -> keras.Model:
    """Return the discriminator of adversarial training (Zhang et al., MICCAI 2017).

    3x3 convolutions with ReLU.

    Args:
        config: `finetune.adversarial` gives the filters.

    Returns:
        image and class probabilities side by side (rows, H, W, channels + classes) -> logit
        (rows, 1), high for labelled images.
    """
    settings = config.finetune.adversarial
    assert settings is not None
    depth = config.model.channels + config.data.class_count
    return _discriminator(config, depth, settings.filters, 3, 0.0, PREFIX)


def image_discriminator_network(config: Experiment) -> keras.Model:
    """Return the discriminator of learned augmentation (Chaitanya et al., IPMI 2019).

    5x5 convolutions and leaky ReLU 0.2 as in the released code, of the U-Net's widths.

    Returns:
        image (rows, H, W, channels) -> logit (rows, 1), high for unlabelled images.
    """
    filters = config.model.filters[:-1]
    return _discriminator(config, config.model.channels, filters, 5, 0.2, IMAGE_PREFIX)


def judge_unmoved(discriminator: keras.Model, values: Tensor) -> Tensor:
    """Apply a discriminator through which gradients reach `values` but not its own weights."""
    fixed = [ops.stop_gradient(variable.value) for variable in discriminator.trainable_variables]
    scores, _ = discriminator.stateless_call(fixed, discriminator.non_trainable_variables, values)
    return scores


def _discriminator(
    config: Experiment, depth: int, filters: Sequence[int], size: int, slope: float, prefix: str
) -> keras.Model:
    """Return a network without batch normalisation, which would tell rows of one kind by others."""
    parts = Parts(config.model, config.runtime.seed)
    judged = layers.Input((*config.data.grid, depth), name="judged")
    x = judged
    for number, width in enumerate(filters, start=1):
        name = f"{prefix}conv{number}"
        x = layers.Conv2D(
            width,
            size,
            strides=2,
            padding="same",
            kernel_initializer=parts.he_normal(name),
            name=name,
        )(x)
        x = layers.LeakyReLU(negative_slope=slope, name=f"{name}_relu")(x)
    x = layers.GlobalAveragePooling2D(name=f"{prefix}mean")(x)  # (rows, filters)
    return keras.Model(judged, parts.dense(1, f"{prefix}score")(x), name=prefix.rstrip("_"))
