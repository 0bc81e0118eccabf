"""The encoder e, alone and with g1 on top: it embeds whole slices."""

from collections.abc import Sequence

import keras

from dscl_tf.models.blocks import FILTERS, LayerFactory, encode, image_input, project_slices


def encoder(
    input_shape: Sequence[int],
    filters: Sequence[int] = FILTERS,
    *,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "encoder",
) -> keras.Model:
    """Return the encoder e, to put a head of your own on.

    See `unet` for the arguments.

    Returns:
        image (batch, H, W, channels) -> its coarsest feature map
        (batch, H / 2^L, W / 2^L, filters[-1]), L = `len(filters) - 1`.

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> encoder((32, 32, 1), filters=(4, 8)).output_shape
        (None, 16, 16, 8)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    return keras.Model(image, encode(image, filters, factory)[-1], name=name)


def slice_encoder(
    input_shape: Sequence[int],
    filters: Sequence[int] = FILTERS,
    *,
    projection_hidden: int = 1024,
    projection_size: int = 128,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "slice_embedding",
) -> keras.Model:
    """Return e + g1, which embeds whole slices for `GlobalContrastiveLoss`.

    Args:
        input_shape: (H, W, channels) of an image; H and W are multiples of 2^(levels - 1).
        filters: of each level, finest first; two levels or more.
        projection_hidden: units of g1's first dense layer.
        projection_size: D, the length of an embedding.
        batch_norm_momentum: of the moving statistics, in [0, 1].
        batch_norm_epsilon: above 0, added to the variance.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image (batch, H, W, channels) -> embedding (batch, D), of any length.

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> slice_encoder((32, 32, 1), (4, 8), projection_hidden=16, projection_size=6).output_shape
        (None, 6)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    bottleneck = encode(image, filters, factory)[-1]
    embedding = project_slices(bottleneck, projection_hidden, projection_size, factory)
    return keras.Model(image, embedding, name=name)
