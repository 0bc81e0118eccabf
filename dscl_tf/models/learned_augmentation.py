"""Models that train generators of augmentations, and that are trained on what these generate."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from dscl_tf.augment.apply.augmentation import augment_images, augment_masks
from dscl_tf.augment.apply.deformation import deform
from dscl_tf.models.augmented import AugmentedModel, AugmentedSegmentation
from dscl_tf.models.discriminator import judge_unmoved
from dscl_tf.models.generators import AdversarialNetworks, Kind
from dscl_tf.tensor import Tensor


class AdversarialAugmentation(AugmentedModel):
    """Generator, segmentation network and discriminator on a batch of `GeneratorTrainingBatches`.

    One step of `fit` trains all three, each by its own loss. The outputs are named as the losses
    that take them: "segmentation", logits of the labelled and then of the generated images;
    "adversarial", the discriminator's logits of generated images, with a gradient to the generator
    alone; "discriminator", those of unlabelled and then of generated images, with a gradient to
    itself alone; "change", what the generator made.

    Args:
        networks: of `adversarial_networks`.
        kind: of the generator.
        clip: range of intensities after a change of intensity or colour; None leaves it open.

    Example::

        model = AdversarialAugmentation(networks, "deformation", clip=(0.0, 1.5))
        outputs = model({"labelled": labelled, "unlabelled": unlabelled, "noise": noise})
        sorted(outputs)  # adversarial, change, discriminator, segmentation
    """

    def __init__(
        self,
        networks: AdversarialNetworks,
        kind: Kind,
        clip: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(networks.whole, clip)
        self.generator = networks.generator
        self.segmentation = networks.segmentation
        self.discriminator = networks.discriminator
        self.kind = kind

    def call(self, inputs: dict[str, Any], training: bool = False) -> dict[str, Tensor]:
        """Return the outputs, all float32."""
        labelled, unlabelled = (
            augment_images(inputs[part]["image"], inputs[part], self.clip)
            for part in ("labelled", "unlabelled")
        )
        change = self.generator([labelled, inputs["noise"]], training=training)
        change = ops.cast(change, "float32")
        generated = changed_images(labelled, change, self.kind)
        pairs = ops.concatenate([labelled, generated], axis=0)
        judged = ops.concatenate([unlabelled, ops.stop_gradient(generated)], axis=0)
        outputs = {
            "segmentation": self.segmentation(pairs, training=training),
            "adversarial": judge_unmoved(self.discriminator, generated),
            "discriminator": self.discriminator(judged, training=training),
            "change": change,
        }
        return {name: ops.cast(output, "float32") for name, output in outputs.items()}

    def targets(
        self, inputs: dict[str, Any], y: Tensor, outputs: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        """Return what each output is compared with.

        For "segmentation" these are the masks `y` (batch, H, W), augmented as the labelled images
        and for the generated ones deformed like these, one-hot; for the two outputs of the
        discriminator what it should say; for "change" zeros.
        """
        labels = augment_masks(y, inputs["labelled"])
        masks = ops.one_hot(labels, outputs["segmentation"].shape[-1], dtype="float32")
        generated = masks
        if self.kind == "deformation":
            # Bilinear, as in the released code, so that the field has a gradient here too.
            generated = deform(masks, outputs["change"])
        real = ops.ones_like(outputs["adversarial"])
        return {
            "segmentation": ops.concatenate([masks, generated], axis=0),
            "adversarial": real,
            "discriminator": ops.concatenate([real, ops.zeros_like(real)], axis=0),
            "change": ops.zeros_like(outputs["change"]),
        }


class GeneratedSegmentation(AugmentedSegmentation):
    """Augments image and mask, lets trained generators change the chosen images, then mixes.

    Takes batches of `LearnedAugmentationBatches`. An image can be deformed, changed in intensity,
    both in this order, or neither. The generators use their moving statistics and are not trained.

    Args:
        network: the segmentation network.
        generators: by their kinds.
        clip: range of intensities after a change of intensity or colour; None leaves it open.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import augmentation_generator, unet
        >>> shape, noise = (16, 16, 1), np.zeros((2, 100), "float32")
        >>> generators = {"intensity": augmentation_generator(shape, "intensity", (4, 8))}
        >>> model = GeneratedSegmentation(unet(shape, 2, filters=(4, 8)), generators)
        >>> drawn = {"intensity_noise": noise, "intensity_chosen": np.array([True, False])}
        >>> tuple(model({"image": np.zeros((2, *shape), "float32"), **drawn}).shape)
        (2, 16, 16, 2)
    """

    def __init__(
        self,
        network: keras.Model,
        generators: Mapping[Kind, keras.Model],
        clip: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(network, clip)
        self.generators = dict(generators)
        for generator in self.generators.values():
            generator.trainable = False

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        """Return class logits (batch, H, W, classes)."""
        images = augment_images(inputs["image"], inputs, self.clip)
        for kind in self._kinds():
            images = changed_images(images, self._change(kind, images, inputs), kind)
        return super().call({"image": images, **_mixing(inputs)}, training)

    def targets(self, inputs: dict[str, Tensor], y: Tensor, outputs: Tensor) -> Tensor:
        """Return the masks `y` (batch, H, W), warped and mixed as their images, one-hot."""
        labels = augment_masks(y, inputs)
        if "deformation" in self.generators:
            images = augment_images(inputs["image"], inputs, self.clip)
            field = self._change("deformation", images, inputs)
            labels = deform(labels[..., None], field, "nearest")[..., 0]
        return super().targets(_mixing(inputs), labels, outputs)

    def _kinds(self) -> list[Kind]:
        order: tuple[Kind, ...] = ("deformation", "intensity")
        return [kind for kind in order if kind in self.generators]

    def _change(self, kind: Kind, images: Tensor, inputs: Mapping[str, Tensor]) -> Tensor:
        """Return what a generator makes of the chosen images, and zeros for the others."""
        change = self.generators[kind]([images, inputs[f"{kind}_noise"]], training=False)
        chosen = ops.cast(inputs[f"{kind}_chosen"], "float32")[:, None, None, None]
        return ops.cast(change, "float32") * chosen


def changed_images(images: Tensor, change: Tensor, kind: Kind) -> Tensor:
    """Return images deformed by a field, or with an intensity mask added.

    Args:
        images: (batch, H, W, channels).
        change: of a generator: (batch, H, W, 2) for kind "deformation", else as the images.
        kind: of the generator.
    """
    if kind == "deformation":
        return deform(images, change)
    return images + ops.cast(change, images.dtype)


def _mixing(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: inputs[name] for name in inputs if name.startswith("mixup_")}
