"""The network that segments."""

from collections.abc import Sequence

import keras

from dscl_tf.models.blocks import FILTERS, LayerFactory, decode, encode, image_input, segment


def unet(
    input_shape: Sequence[int],
    classes: int,
    filters: Sequence[int] = FILTERS,
    *,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "unet",
) -> keras.Model:
    """Return the full U-Net: encoder e, the whole decoder, the segmentation tail.

    Args:
        input_shape: (H, W, channels) of an image; H and W are multiples of 2^(levels - 1).
        classes: number of classes, with background.
        filters: of each level, finest first; two levels or more.
        batch_norm_momentum: of the moving statistics, in [0, 1].
        batch_norm_epsilon: above 0, added to the variance.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image (batch, H, W, channels) -> class logits (batch, H, W, classes).

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> model = unet((32, 32, 1), classes=4, filters=(4, 8))
        >>> model.output_shape
        (None, 32, 32, 4)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    features = decode(encode(image, filters, factory), filters, len(filters) - 1, factory)
    return keras.Model(image, segment(features, filters[0], classes, factory), name=name)
