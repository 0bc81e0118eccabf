"""The encoder and part of the decoder, with g2 on top: it embeds local regions."""

from collections.abc import Sequence

import keras
import numpy as np

from dscl_tf.models.blocks import (
    FILTERS,
    LayerFactory,
    decode,
    encode,
    image_input,
    project_regions,
)


def region_encoder(
    input_shape: Sequence[int],
    corners: np.ndarray,
    filters: Sequence[int] = FILTERS,
    *,
    region_size: int = 3,
    decoder_blocks: int = 3,
    projection_size: int = 128,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "region_embedding",
) -> keras.Model:
    """Return e + d_l + g2, which embeds local regions for `LocalContrastiveLoss`.

    Args:
        input_shape: (H, W, channels) of an image; H and W are multiples of 2^(levels - 1).
        corners: (regions, 2), the top-left (row, column) of each region in the map of block l; see
            `decoder_map_size` and `dscl_tf.losses.region_corners`.
        filters: of each level, finest first; two levels or more.
        region_size: K, the side of a region in pixels of that map.
        decoder_blocks: l, from 1 to the number of levels - 1.
        projection_size: D, the length of an embedding; not used for K = 1.
        batch_norm_momentum: of the moving statistics, in [0, 1].
        batch_norm_epsilon: above 0, added to the variance.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image (batch, H, W, channels) -> embeddings (batch, regions, D); for K = 1 their length is
        that of the map's channels.

    Raises:
        UsageError: `filters`, `input_shape` or `decoder_blocks` breaks its rule.

    Example:
        >>> from dscl_tf.losses import region_corners
        >>> from dscl_tf.models import decoder_map_size
        >>> shape, filters = (32, 32, 1), (4, 8, 8)
        >>> corners = region_corners(5, 3, *decoder_map_size(shape, filters, decoder_blocks=1))
        >>> region_encoder(shape, corners, filters, decoder_blocks=1).output_shape
        (None, 5, 128)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    features = decode(encode(image, filters, factory), filters, decoder_blocks, factory)
    embeddings = project_regions(features, corners, region_size, projection_size, factory)
    return keras.Model(image, embeddings, name=name)
