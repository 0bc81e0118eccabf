"""The model of joint pre-training with moved views."""

from collections.abc import Mapping
from typing import Any

import keras

from dscl_tf.losses.global_contrastive import GlobalContrastiveLoss
from dscl_tf.losses.matched_contrastive import MatchedContrastiveLoss
from dscl_tf.models.augmented import AugmentedHalves
from dscl_tf.models.matched_embedding import MatchedEmbedding
from dscl_tf.models.moved_regions import matched_targets
from dscl_tf.tensor import Tensor


class MovedHalves(AugmentedHalves):
    """Embeds slices of the first half of a batch, and regions of the second as `MovedRegions` does.

    Batches are those of `JointBatches` with moved views. The loss is L_global + `weight` L_local;
    both are reported, as "global_loss" and "local_loss".

    Args:
        network: as `joint_encoder` makes it; its variables are all that there are.
        clips: of "global" and "local", as in `AugmentedHalves`.
        slice_loss: of whole slices.
        region_loss: of regions.
        strategy: "LR" or "LD", as in `MovedRegions`.
        weight: of the loss of regions.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import joint_encoder
        >>> corners = np.array([[0, 0], [0, 5], [5, 0]])
        >>> network = joint_encoder((32, 32, 1), corners, 4, (4, 8, 8), decoder_blocks=1)
        >>> losses = GlobalContrastiveLoss("GR"), MatchedContrastiveLoss([[1, 2], [0, 2], [0, 1]])
        >>> model = MovedHalves(network, {"global": None, "local": None}, *losses)
        >>> still = np.tile(np.eye(2, 3, dtype="float32"), (2, 1, 1))
        >>> moves = {"matrix": still, "between": still, "pairs": np.array([[0, 1], [1, 0]])}
        >>> slices, regions = (np.zeros((count, 32, 32, 1), "float32") for count in (4, 2))
        >>> outputs = model({"global": {"image": slices}, "local": {"image": regions, **moves}})
        >>> tuple(outputs["global"].shape), tuple(outputs["local"]["found"].shape)
        ((4, 128), (2, 3, 128))
    """

    def __init__(
        self,
        network: keras.Model,
        clips: Mapping[str, tuple[float, float] | None],
        slice_loss: GlobalContrastiveLoss,
        region_loss: MatchedContrastiveLoss,
        strategy: str = "LR",
        weight: float = 1.0,
    ) -> None:
        super().__init__(network, clips)
        self.slice_loss, self.region_loss = slice_loss, region_loss
        self.strategy, self.weight = strategy, weight
        self.embed = MatchedEmbedding(network)
        embedding = network.output["global"]
        self.map_network = keras.Model(network.input, [embedding, self.embed.map])
        self.losses_of = {
            name: keras.metrics.Mean(name=f"{name}_loss") for name in ("global", "local")
        }

    def call(self, inputs: dict[str, dict[str, Tensor]], training: bool = False) -> Any:
        """Return "global" embeddings (slices, D), and as "local" what `MovedRegions` returns."""
        images = self.augmented(inputs)
        embedding, maps = self.map_network(images, training=training)
        return {
            "global": embedding,
            "local": self.embed(maps, inputs["local"], images.shape[1]),
        }

    def targets(self, inputs: Any, y: Any, outputs: Any) -> Any:
        """Return what the losses take, for the labels "global" and "local" of the images."""
        pairs = inputs["local"]["pairs"]
        return {**y, "local": matched_targets(self.strategy, y["local"], pairs)}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """Return the sum of both losses."""
        targets = self.targets(x, y, y_pred)
        values = {
            "global": self.slice_loss(targets["global"], y_pred["global"]),
            "local": self.region_loss(targets["local"], y_pred["local"]),
        }
        for name, value in values.items():
            self.losses_of[name].update_state(value)
        return values["global"] + self.weight * values["local"]
