"""The model of fine-tuning with unlabelled volumes: a batch in parts, an output for each loss."""

import keras
from keras import ops

from dscl_tf.models.augmented import AugmentedModel, mixed_images, mixed_targets
from dscl_tf.models.discriminator import judge_unmoved
from dscl_tf.models.pixel_embedding import FEATURES
from dscl_tf.tensor import Tensor

SUPERVISED = ("labelled", "pseudo")


class SemiSupervisedSegmentation(AugmentedModel):
    """Augments and mixes each part of a `SemiSupervisedBatches` batch, then applies the networks.

    The images of "labelled" and "pseudo", of which there are equally many, pass the segmentation
    network together and give the outputs of these names. The "unlabelled" images follow in a pass
    of their own, whose moving statistics are dropped, and give two more outputs: "adversarial",
    the discriminator's logits for them, with a gradient to the segmentation network alone; and
    "discriminator", its logits for labelled and unlabelled images, with a gradient to itself
    alone. So one step of `fit` trains both networks, each by its own loss.

    Args:
        network: the segmentation network.
        clip: range of intensities after a change of intensity or colour; None leaves it open.
        discriminator: with one, batches have unlabelled images.
        pixel_head: of `pixel_head`; with one there is the output "contrast", the embeddings of the
            pixels of all labelled and pseudo-labelled images.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import unet
        >>> model = SemiSupervisedSegmentation(unet((16, 16, 1), 2, filters=(4, 8)))
        >>> part = {"image": np.zeros((2, 16, 16, 1), "float32")}
        >>> tuple(model({"labelled": part, "pseudo": part})["pseudo"].shape)
        (2, 16, 16, 2)
    """

    def __init__(
        self,
        network: keras.Model,
        clip: tuple[float, float] | None = None,
        discriminator: keras.Model | None = None,
        pixel_head: keras.Model | None = None,
    ) -> None:
        super().__init__(network, clip)
        self.discriminator = discriminator
        self.pixel_head = pixel_head
        if pixel_head:
            features = network.get_layer(FEATURES).output
            self.with_features = keras.Model(network.input, [network.output, features])

    @property
    def networks(self) -> dict[str, keras.Model]:
        """The networks that training changes, by the names that checkpoints give them."""
        others = {"discriminator": self.discriminator, "pixel_head": self.pixel_head}
        return super().networks | {name: network for name, network in others.items() if network}

    def call(
        self, inputs: dict[str, dict[str, Tensor]], training: bool = False
    ) -> dict[str, Tensor]:
        """Return logits by the name of the loss that takes them."""
        images = {name: mixed_images(part, self.clip) for name, part in inputs.items()}
        names = [name for name in SUPERVISED if name in inputs]
        supervised = ops.concatenate([images[name] for name in names], axis=0)
        outputs = {}
        if self.pixel_head:
            logits, features = self.with_features(supervised, training=training)
            outputs["contrast"] = self.pixel_head(features, training=training)
        else:
            logits = self.network(supervised, training=training)
        outputs |= dict(zip(names, ops.split(logits, len(names)), strict=True))
        if self.discriminator:
            labelled = judged(images["labelled"], outputs["labelled"])
            passed = self._predict_beside(images["unlabelled"], training)
            unlabelled = judged(images["unlabelled"], passed)
            both = ops.stop_gradient(ops.concatenate([labelled, unlabelled], axis=0))
            outputs["adversarial"] = judge_unmoved(self.discriminator, unlabelled)
            outputs["discriminator"] = self.discriminator(both, training=training)
        return outputs

    def targets(
        self, inputs: dict[str, dict[str, Tensor]], y: dict[str, Tensor], outputs: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        """Return the targets `y`, masks (batch, H, W) under the draws of their part and one-hot.

        "contrast" has those of all labelled and pseudo-labelled images.
        """
        targets = {
            name: mixed_targets(target, inputs[name], outputs[name].shape[-1])
            if name in SUPERVISED
            else target
            for name, target in y.items()
        }
        if self.pixel_head:
            masks = [targets[name] for name in SUPERVISED if name in targets]
            targets["contrast"] = ops.concatenate(masks, axis=0)
        return targets

    def _predict_beside(self, images: Tensor, training: bool) -> Tensor:
        """Apply the segmentation network and leave its moving statistics as they are."""
        variables = self.network.non_trainable_variables
        statistics = [ops.copy(variable) for variable in variables]
        logits = self.network(images, training=training)
        for variable, value in zip(variables, statistics, strict=True):
            variable.assign(value)
        return logits


def judged(images: Tensor, logits: Tensor) -> Tensor:
    """Return what a discriminator sees: images and class probabilities side by side, float32.

    Args:
        images: (batch, H, W, channels).
        logits: (batch, H, W, classes).

    Returns:
        (batch, H, W, channels + classes).
    """
    probabilities = ops.softmax(ops.cast(logits, "float32"), axis=-1)
    return ops.concatenate([ops.cast(images, "float32"), probabilities], axis=-1)
