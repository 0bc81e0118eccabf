"""The U-Net's encoder e: blocks of two 3x3 convolutions, 2x2 max-pooling between them."""

from keras import layers

from dscl_tf.models.blocks import Parts
from dscl_tf.tensor import Tensor


def encode(image: Tensor, parts: Parts) -> list[Tensor]:
    """Return the feature map of every block, finest first (supplement 1.1).

    Args:
        image: (rows, H, W, channels) with H and W multiples of 2^(blocks - 1).
        parts: makes the layers `encoder_block1_conv1`, ...

    Returns:
        One map per block; block i is (rows, H / 2^i, W / 2^i, filters[i]), i = 0, 1, ... The last,
        coarsest one is not pooled.
    """
    maps: list[Tensor] = []
    x = image
    for number, filters in enumerate(parts.settings.filters, start=1):
        if maps:
            x = layers.MaxPooling2D(2, name=f"encoder_block{number}_pool")(x)
        for conv in (1, 2):
            x = parts.unit(filters, 3, f"encoder_block{number}_conv{conv}")(x)
        maps.append(x)
    return maps
