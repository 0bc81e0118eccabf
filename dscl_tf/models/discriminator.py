"""Discriminators: convolutions with stride 2, the mean over positions, one unit."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from dscl_tf.models.blocks import FILTERS, LayerFactory
from dscl_tf.tensor import Tensor

PREFIX = "discriminator_"
IMAGE_PREFIX = "image_discriminator_"


def segmentation_discriminator(
    input_shape: Sequence[int],
    classes: int,
    filters: Sequence[int] = (16, 32, 64),
    *,
    seed: int = 1,
    name: str = "discriminator",
) -> keras.Model:
    """Return the discriminator of adversarial training (Zhang et al., MICCAI 2017).

    3x3 convolutions with ReLU.

    Args:
        input_shape: (H, W, channels) of an image.
        classes: number of classes, with background.
        filters: of each convolution.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image and class probabilities side by side (batch, H, W, channels + classes) -> logit
        (batch, 1), high for labelled images.

    Example:
        >>> model = segmentation_discriminator((32, 32, 1), classes=4, filters=(4, 8))
        >>> model.input_shape, model.output_shape
        ((None, 32, 32, 5), (None, 1))
    """
    height, width, channels = input_shape
    shape = (height, width, channels + classes)
    return _discriminator(shape, filters, 3, 0.0, PREFIX, LayerFactory(seed), name)


def image_discriminator(
    input_shape: Sequence[int],
    filters: Sequence[int] = FILTERS[:-1],
    *,
    seed: int = 1,
    name: str = "image_discriminator",
) -> keras.Model:
    """Return the discriminator of learned augmentation (Chaitanya et al., IPMI 2019).

    5x5 convolutions and leaky ReLU 0.2 as in the released code, of the U-Net's widths.

    Args:
        input_shape: (H, W, channels) of an image.
        filters: of each convolution.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image (batch, H, W, channels) -> logit (batch, 1), high for unlabelled images.

    Example:
        >>> image_discriminator((32, 32, 1), filters=(4, 8)).output_shape
        (None, 1)
    """
    return _discriminator(input_shape, filters, 5, 0.2, IMAGE_PREFIX, LayerFactory(seed), name)


def judge_unmoved(discriminator: keras.Model, values: Tensor) -> Tensor:
    """Apply a discriminator through which gradients reach `values` but not its own weights.

    Args:
        discriminator: a built model.
        values: (batch, H, W, channels), what it judges.

    Returns:
        logits (batch, 1), those of `discriminator(values)`.

    Example:
        >>> model = image_discriminator((8, 8, 1), filters=(4,))
        >>> judge_unmoved(model, ops.zeros((2, 8, 8, 1))).shape[0]
        2
    """
    fixed = [ops.stop_gradient(variable.value) for variable in discriminator.trainable_variables]
    scores, _ = discriminator.stateless_call(fixed, discriminator.non_trainable_variables, values)
    return scores


def _discriminator(
    shape: Sequence[int],
    filters: Sequence[int],
    size: int,
    slope: float,
    prefix: str,
    factory: LayerFactory,
    model_name: str,
) -> keras.Model:
    """Return a network without batch normalisation, which would tell an image by the others."""
    judged = layers.Input(tuple(shape), name="judged")
    x = judged
    for number, width in enumerate(filters, start=1):
        name = f"{prefix}conv{number}"
        x = layers.Conv2D(
            width,
            size,
            strides=2,
            padding="same",
            kernel_initializer=factory.he_normal(name),
            name=name,
        )(x)
        x = layers.LeakyReLU(negative_slope=slope, name=f"{name}_relu")(x)
    x = layers.GlobalAveragePooling2D(name=f"{prefix}mean")(x)  # (batch, filters)
    return keras.Model(judged, factory.dense(1, f"{prefix}score")(x), name=model_name)
