"""The model of local pre-training with moved views."""

from typing import Any

import keras
from keras import ops

from dscl_tf.augment.apply.augmentation import augment_images
from dscl_tf.losses.matched_contrastive import MatchedContrastiveLoss
from dscl_tf.losses.strategies import strategy_masks
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.matched_embedding import MatchedEmbedding
from dscl_tf.tensor import Tensor

REPELLING = {"LR": "GR", "LD": "GD-"}  # whose negatives are the slices that repel each other


class MovedRegions(AugmentedModel):
    """Embeds the regions of each view, and of another view where it shows the same.

    Batches are those of `LocalBatches` with moved views; `MatchedEmbedding` finds the regions.

    Args:
        network: as `region_encoder` makes it; its variables are all that there are.
        loss: what is trained with.
        strategy: "LR", by which all other slices repel a slice, or "LD", by which those of other
            partitions do.
        clip: range of intensities after a change of intensity or colour; None leaves it open.

    Example:
        >>> import numpy as np
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
        self.embed = MatchedEmbedding(network)
        self.map_network = keras.Model(network.input, self.embed.map)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        """Return "own" and "found" embeddings and which of them are "inside", for the loss."""
        images = augment_images(inputs["image"], inputs, self.clip)
        maps = self.map_network(images, training=training)
        return self.embed(maps, inputs, images.shape[1])

    def targets(self, inputs: Any, y: Any, outputs: Any) -> dict[str, Tensor]:
        """Return what the loss takes, for the labels `y` (batch, 4) of the images."""
        return matched_targets(self.strategy, y, inputs["pairs"])

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


def matched_targets(strategy: str, labels: Tensor, pairs: Tensor) -> dict[str, Tensor]:
    """Return what `MatchedContrastiveLoss` takes.

    Args:
        strategy: "LR" or "LD".
        labels: (batch, 4), slice, volume, partition and view of each image.
        pairs: (P, 2), the positions in the batch of each pair of maps.

    >>> import numpy as np
    >>> labels = np.array([[0, 0, 0, 0], [5, 1, 0, 0], [0, 0, 0, 1], [5, 1, 0, 1]])
    >>> targets = matched_targets("LR", labels, np.array([[0, 2]]))
    >>> np.asarray(targets["repels"])[0].tolist()
    [False, True, False, True]
    """
    _, repels = strategy_masks(REPELLING[strategy], ops.cast(labels, "int32"))
    return {"pairs": pairs, "repels": repels}
