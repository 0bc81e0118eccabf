"""The U-Net's encoder e: blocks of two 3x3 convolutions, 2x2 max-pooling between them."""

from collections.abc import Sequence

from keras import layers

from dscl_tf.models.blocks.layer_factory import LayerFactory
from dscl_tf.tensor import Tensor

FILTERS = (16, 32, 64, 128, 128, 128)
"""The filters of the paper's U-Net, of the finest level first."""


def encode(image: Tensor, filters: Sequence[int], factory: LayerFactory) -> list[Tensor]:
    """Return the feature map of every block, finest first (supplement 1.1).

    Args:
        image: (batch, H, W, channels) with H and W multiples of 2^(blocks - 1).
        filters: one number for each block, finest first.
        factory: makes the layers `encoder_block1_conv1`, ...

    Returns:
        One map per block; block i is (batch, H / 2^i, W / 2^i, filters[i]), i = 0, 1, ... The
        last, coarsest one is not pooled.

    Example:
        >>> maps = encode(layers.Input((8, 8, 1)), (4, 6), LayerFactory())
        >>> [map.shape for map in maps]
        [(None, 8, 8, 4), (None, 4, 4, 6)]
    """
    maps: list[Tensor] = []
    x = image
    for number, width in enumerate(filters, start=1):
        if maps:
            x = layers.MaxPooling2D(2, name=f"encoder_block{number}_pool")(x)
        for conv in (1, 2):
            x = factory.unit(width, 3, f"encoder_block{number}_conv{conv}")(x)
        maps.append(x)
    return maps
