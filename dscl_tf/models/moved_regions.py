"""The model of local pre-training with moved views."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dscl_tf.augment.apply.augmentation import augment_images
from dscl_tf.augment.apply.motion import lie_inside, move_places, read_places
from dscl_tf.augment.apply.warp import pixel_grid
from dscl_tf.losses.matched_contrastive import MatchedContrastiveLoss
from dscl_tf.losses.strategies import strategy_masks
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.tensor import Tensor

REPELLING = {"LR": "GR", "LD": "GD-"}  # whose negatives are the slices that repel each other


class MovedRegions(AugmentedModel):
    """Embeds the regions of each view, and of another view where it shows the same.

    Batches are those of `LocalBatches` with moved views. A region's pixels are mapped through the
    motions of both views and read bilinearly from the other view's feature map, so that they are
    turned and enlarged as in the first view.

    Args:
        network: as `region_encoder` makes it; its variables are all that there are.
        loss: what is trained with.
        strategy: "LR", by which all other slices repel a slice, or "LD", by which those of other
            partitions do.
        clip: range of intensities after a change of intensity or colour; None leaves it open.

    Example:
        >>> from dscl_tf.models import region_encoder
        >>> corners = np.array([[0, 0], [0, 5], [5, 0]])
        >>> network = region_encoder((32, 32, 1), corners, (4, 8, 8), decoder_blocks=1)
        >>> model = MovedRegions(network, MatchedContrastiveLoss([[1, 2], [0, 2], [0, 1]]))
        >>> still = np.tile(np.eye(2, 3, dtype="float32"), (2, 1, 1))
        >>> images = np.zeros((2, 32, 32, 1), "float32")
        >>> pairs = np.array([[0, 1], [1, 0]])
        >>> inputs = {"image": images, "matrix": still, "between": still, "pairs": pairs}
        >>> tuple(model(inputs)["found"].shape)
        (2, 3, 128)
    """

    def __init__(
        self,
        network: keras.Model,
        loss: MatchedContrastiveLoss,
        strategy: str = "LR",
        clip: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(network, clip)
        self.region_loss = loss
        self.strategy = strategy
        self.map_network = keras.Model(network.input, network.get_layer("g2_conv2").output)
        self.cut = network.get_layer("g2_regions")
        self.dense = network.get_layer("g2_dense") if self.cut.size > 1 else None
        pixels = pixel_grid(self.cut.size, self.cut.size).reshape(-1, 2)
        self.places = np.asarray(self.cut.corners)[:, None] + pixels  # (A, K * K, 2)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        """Return "own" and "found" embeddings and which of them are "inside", for the loss."""
        images = augment_images(inputs["image"], inputs, self.clip)
        maps = self.map_network(images, training=training)
        height, width, channels = maps.shape[1:]
        factor = images.shape[1] // height
        found = move_places(inputs["between"], self.places, factor)  # (P, A, K * K, 2)
        in_slice = move_places(inputs["matrix"], self.places, factor)  # (batch, A, K * K, 2)
        regions, pixels = self.places.shape[:2]
        flat = ops.reshape(found, (-1, regions * pixels, 2))
        read = read_places(maps, inputs["pairs"][:, 1], flat)  # (P, A * K * K, channels)
        read = ops.reshape(read, (-1, regions, pixels * channels))
        return {
            "own": self._embed(self.cut(maps)),
            "own_inside": ops.cast(lie_inside(in_slice, height, width), "float32"),
            "found": self._embed(read),
            "found_inside": ops.cast(lie_inside(found, height, width), "float32"),
        }

    def targets(self, inputs: Any, y: Any, outputs: Any) -> dict[str, Tensor]:
        """Return what the loss takes, for the labels `y` (batch, 4) of the images."""
        _, repels = strategy_masks(REPELLING[self.strategy], ops.cast(y, "int32"))
        return {"pairs": inputs["pairs"], "repels": repels}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """Return the loss, whose outputs belong together."""
        return self.region_loss(self.targets(x, y, y_pred), y_pred)

    def _embed(self, regions: Tensor) -> Tensor:
        """Map regions (..., K * K * channels) to embeddings (..., D), as the network does."""
        return self.dense(regions) if self.dense else regions
