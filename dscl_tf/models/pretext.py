"""The networks of the pretext tasks: one tells how an image was turned, one restores it."""

from collections.abc import Sequence

import keras
from keras import layers

from dscl_tf.augment.draw.turn import TURNS
from dscl_tf.models.blocks import FILTERS, LayerFactory, decode, encode, image_input


def rotation_classifier(
    input_shape: Sequence[int],
    filters: Sequence[int] = FILTERS,
    *,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "rotation",
) -> keras.Model:
    """Return e and a linear classifier of its mean features (Gidaris et al. 2018).

    See `unet` for the arguments.

    Returns:
        image (batch, H, W, channels) -> logits (batch, 4) of the number of quarter turns.

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> rotation_classifier((32, 32, 1), (4, 8)).output_shape
        (None, 4)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    bottleneck = encode(image, filters, factory)[-1]
    features = layers.GlobalAveragePooling2D(name="rotation_pool")(bottleneck)
    return keras.Model(image, factory.dense(TURNS, "rotation_logits")(features), name=name)


def restorer(
    input_shape: Sequence[int],
    filters: Sequence[int] = FILTERS,
    *,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "restoration",
) -> keras.Model:
    """Return e, the full decoder and a linear 3x3 convolution.

    See `unet` for the arguments.

    Returns:
        image (batch, H, W, channels) -> restored image of the same shape.

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> restorer((32, 32, 3), (4, 8)).output_shape
        (None, 32, 32, 3)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    features = decode(encode(image, filters, factory), filters, len(filters) - 1, factory)
    restored = factory.convolution(input_shape[-1], 3, "restoration_output")(features)
    return keras.Model(image, restored, name=name)
