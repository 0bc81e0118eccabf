"""Embedding the regions of a feature map, and where they lie in another view's map."""

import keras
import numpy as np
from keras import ops

from dscl_tf.augment.apply.motion import lie_inside, move_places, read_places
from dscl_tf.augment.apply.warp import pixel_grid
from dscl_tf.tensor import Tensor


class MatchedEmbedding:
    """The part of g2 after its map, applied to regions that are matched through known motions.

    A region's pixels are mapped through the motions of both views and read bilinearly from the
    other view's feature map, so that they are turned and enlarged as in the first view.

    Args:
        network: as `region_encoder` or `joint_encoder` makes it, whose layers are used.

    Example:
        >>> from dscl_tf.models import region_encoder
        >>> corners = np.array([[0, 0], [0, 5], [5, 0]])
        >>> network = region_encoder((32, 32, 1), corners, (4, 8, 8), decoder_blocks=1)
        >>> embed = MatchedEmbedding(network)
        >>> still = np.tile(np.eye(2, 3, dtype="float32"), (2, 1, 1))
        >>> pairs = np.array([[0, 1], [1, 0]])
        >>> inputs = {"matrix": still, "between": still, "pairs": pairs}
        >>> outputs = embed(np.zeros((2, *embed.map.shape[1:]), "float32"), inputs, height=32)
        >>> tuple(outputs["found"].shape), tuple(outputs["found_inside"].shape)
        ((2, 3, 128), (2, 3))
    """

    def __init__(self, network: keras.Model) -> None:
        self.map: keras.KerasTensor = network.get_layer("g2_conv2").output
        self.cut = network.get_layer("g2_regions")
        self.dense = network.get_layer("g2_dense") if self.cut.size > 1 else None
        pixels = pixel_grid(self.cut.size, self.cut.size).reshape(-1, 2)
        self.places = np.asarray(self.cut.corners)[:, None] + pixels  # (A, K * K, 2)

    def __call__(self, maps: Tensor, inputs: dict[str, Tensor], height: int) -> dict[str, Tensor]:
        """Return "own" and "found" embeddings and which of them are "inside", for the loss.

        Args:
            maps: (batch, h, w, channels), what `map` stands for.
            inputs: "matrix", "between" and "pairs" of `LocalBatches` with moved views.
            height: H of the images.
        """
        rows, columns, channels = maps.shape[1:]
        factor = height // rows
        found = move_places(inputs["between"], self.places, factor)  # (P, A, K * K, 2)
        in_slice = move_places(inputs["matrix"], self.places, factor)  # (batch, A, K * K, 2)
        regions, pixels = self.places.shape[:2]
        flat = ops.reshape(found, (-1, regions * pixels, 2))
        read = read_places(maps, inputs["pairs"][:, 1], flat)  # (P, A * K * K, channels)
        read = ops.reshape(read, (-1, regions, pixels * channels))
        return {
            "own": self._embed(self.cut(maps)),
            "own_inside": ops.cast(lie_inside(in_slice, rows, columns), "float32"),
            "found": self._embed(read),
            "found_inside": ops.cast(lie_inside(found, rows, columns), "float32"),
        }

    def _embed(self, regions: Tensor) -> Tensor:
        """Map regions (..., K * K * channels) to embeddings (..., D), as the network does."""
        return self.dense(regions) if self.dense else regions
