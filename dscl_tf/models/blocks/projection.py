"""The projection heads: g1 for whole slices, g2 for local regions. Neither outlives its stage."""

from typing import Any

import keras
import numpy as np
from keras import layers

from dscl_tf.losses.regions import cut_regions
from dscl_tf.models.blocks.layer_factory import LayerFactory
from dscl_tf.tensor import Tensor


def project_slices(bottleneck: Tensor, hidden: int, size: int, factory: LayerFactory) -> Tensor:
    """Return g1's embedding of each slice, (batch, size), from the coarsest map.

    Args:
        bottleneck: (batch, h, w, channels), the coarsest map of the encoder.
        hidden: units of the dense layer between.
        size: of an embedding.
        factory: makes the layers `g1_dense1` and `g1_dense2`.

    Example:
        >>> project_slices(layers.Input((2, 2, 8)), 16, 4, LayerFactory()).shape
        (None, 4)
    """
    x = layers.Flatten(name="g1_flatten")(bottleneck)
    x = factory.dense(hidden, "g1_dense1", activation="relu")(x)
    return factory.dense(size, "g1_dense2")(x)


def project_regions(
    features: Tensor, corners: np.ndarray, region_size: int, size: int, factory: LayerFactory
) -> Tensor:
    """Return g2's embedding of each local region.

    Two 1x1 convolutions, then the regions are cut out. A 1x1 region is its own embedding; a larger
    one is flattened and mapped by one dense layer that all regions share.

    Args:
        features: (batch, h, w, channels), the map of decoder block l.
        corners: (regions, 2), the top-left (row, column) of each region.
        region_size: K, the side of a region.
        size: of the embedding of a region larger than 1 x 1.
        factory: makes the layers `g2_conv1`, ...

    Returns:
        (batch, regions, channels) for K = 1, else (batch, regions, size).

    Example:
        >>> corners = np.array([[0, 0], [0, 4], [4, 0]])
        >>> project_regions(layers.Input((8, 8, 6)), corners, 3, 4, LayerFactory()).shape
        (None, 3, 4)
    """
    channels = features.shape[-1]
    x = factory.unit(channels, 1, "g2_conv1")(features)
    x = factory.convolution(channels, 1, "g2_conv2")(x)
    cut = CutRegions(corners.tolist(), region_size, name="g2_regions")
    x = cut(x)  # (batch, regions, K * K * channels)
    return x if region_size == 1 else factory.dense(size, "g2_dense")(x)


@keras.saving.register_keras_serializable(package="dscl_tf")
class CutRegions(layers.Layer):
    """Cuts fixed square regions out of a map and flattens each in (row, column, channel) order.

    Args:
        corners: [[row, column], ...], the top-left pixel of each region.
        size: the side of a region.
        options: `name` and `dtype` of `keras.layers.Layer`.

    Example:
        >>> feature_map = np.arange(12, dtype="float32").reshape(1, 3, 4, 1)
        >>> regions = CutRegions([[0, 0], [1, 2]], size=2)(feature_map)
        >>> np.asarray(keras.ops.convert_to_numpy(regions)).tolist()
        [[[0.0, 1.0, 4.0, 5.0], [6.0, 7.0, 10.0, 11.0]]]
    """

    def __init__(self, corners: list[list[int]], size: int, **options: Any) -> None:
        super().__init__(**options)
        self.corners = corners
        self.size = size

    def call(self, feature_maps: Tensor) -> Tensor:
        """Map (batch, h, w, channels) to (batch, regions, size * size * channels)."""
        regions = cut_regions(feature_maps, np.asarray(self.corners, "int32"), self.size)
        length = self.size * self.size * feature_maps.shape[-1]
        return keras.ops.reshape(regions, (-1, len(self.corners), length))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, regions, size * size * channels)."""
        length = self.size * self.size * (input_shape[-1] or 0)
        return (input_shape[0], len(self.corners), length)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "corners": self.corners, "size": self.size}
