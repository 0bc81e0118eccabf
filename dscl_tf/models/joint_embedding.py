"""Both embeddings in one network: of whole slices and of local regions."""

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
    project_slices,
)


def joint_encoder(
    input_shape: Sequence[int],
    corners: np.ndarray,
    global_images: int,
    filters: Sequence[int] = FILTERS,
    *,
    projection_hidden: int = 1024,
    projection_size: int = 128,
    region_size: int = 3,
    decoder_blocks: int = 3,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str = "joint_embedding",
) -> keras.Model:
    """Return e + g1 for the first images of a batch and e + d_l + g2 for the others.

    Batch normalisation in e is over all images. The other arguments are those of `slice_encoder`
    and `region_encoder`.

    Args:
        input_shape: (H, W, channels) of an image.
        corners: (regions, 2), the top-left (row, column) of each region in the map of block l.
        global_images: how many images of a batch are embedded whole.
        filters: of each level, finest first.
        projection_hidden: units of g1's first dense layer.
        projection_size: D, the length of an embedding.
        region_size: K, the side of a region.
        decoder_blocks: l.
        batch_norm_momentum: of the moving statistics.
        batch_norm_epsilon: added to the variance.
        seed: of the initial kernels.
        name: the model's name.

    Returns:
        image (batch, H, W, channels) -> {"global": (global_images, D), "local":
        (batch - global_images, regions, D)}.

    Raises:
        UsageError: `filters`, `input_shape` or `decoder_blocks` breaks its rule.

    Example:
        >>> corners = np.array([[0, 0], [0, 8]])
        >>> model = joint_encoder((32, 32, 1), corners, 2, (4, 8, 8), decoder_blocks=1)
        >>> outputs = model(np.zeros((5, 32, 32, 1), "float32"))
        >>> outputs["global"].shape[0], outputs["local"].shape[0]
        (2, 3)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    maps = encode(image, filters, factory)
    bottleneck = maps[-1][:global_images, ...]
    embedding = project_slices(bottleneck, projection_hidden, projection_size, factory)
    others = [each[global_images:, ...] for each in maps]
    features = decode(others, filters, decoder_blocks, factory)
    embeddings = project_regions(features, corners, region_size, projection_size, factory)
    return keras.Model(image, {"global": embedding, "local": embeddings}, name=name)
