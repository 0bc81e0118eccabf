"""The projection heads: g1 for whole slices, g2 for local regions. Neither outlives its stage."""

from typing import Any

import keras
import numpy as np
from keras import layers

from dscl_tf.losses.regions import cut_regions
from dscl_tf.models.blocks import Parts
from dscl_tf.tensor import Tensor


def project_slices(bottleneck: Tensor, parts: Parts) -> Tensor:
    """Return g1's embedding of each slice, (rows, projection_size), from the coarsest map."""
    x = layers.Flatten(name="g1_flatten")(bottleneck)
    x = parts.dense(parts.settings.projection_hidden, "g1_dense1", activation="relu")(x)
    return parts.dense(parts.settings.projection_size, "g1_dense2")(x)


def project_regions(features: Tensor, corners: np.ndarray, size: int, parts: Parts) -> Tensor:
    """Return g2's embedding of each local region.

    Two 1x1 convolutions, then the regions are cut out. A 1x1 region is its own embedding; a larger
    one is flattened and mapped by one dense layer that all regions share.

    Args:
        features: (rows, h, w, channels), the map of decoder block l.
        corners: (regions, 2), the top-left (row, column) of each region.
        size: K, the side of a region.
        parts: makes the layers `g2_conv1`, ...

    Returns:
        (rows, regions, channels) for K = 1, else (rows, regions, projection_size).
    """
    channels = features.shape[-1]
    x = parts.unit(channels, 1, "g2_conv1")(features)
    x = parts.convolution(channels, 1, "g2_conv2")(x)
    x = CutRegions(corners.tolist(), size, name="g2_regions")(
        x
    )  # (rows, regions, K * K * channels)
    return x if size == 1 else parts.dense(parts.settings.projection_size, "g2_dense")(x)


@keras.saving.register_keras_serializable(package="dscl_tf")
class CutRegions(layers.Layer):
    """Cuts fixed square regions out of a map and flattens each in (row, column, channel) order."""

    def __init__(self, corners: list[list[int]], size: int, **options: Any) -> None:
        super().__init__(**options)
        self.corners = corners
        self.size = size

    def call(self, feature_maps: Tensor) -> Tensor:
        """Map (rows, h, w, channels) to (rows, regions, size * size * channels)."""
        regions = cut_regions(feature_maps, np.asarray(self.corners, "int32"), self.size)
        length = self.size * self.size * feature_maps.shape[-1]
        return keras.ops.reshape(regions, (-1, len(self.corners), length))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (rows, regions, size * size * channels)."""
        length = self.size * self.size * (input_shape[-1] or 0)
        return (input_shape[0], len(self.corners), length)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "corners": self.corners, "size": self.size}
