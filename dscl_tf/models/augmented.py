"""Models that apply a batch's augmentation draws inside the compiled step.

The draws come with the batch (see `dscl_tf.data.samplers`), so the step itself is deterministic.
"""

from collections.abc import Mapping
from typing import Any

import keras

from dscl_tf.augment.apply.augmentation import augment_images, augment_masks
from dscl_tf.augment.apply.box import box_mask
from dscl_tf.augment.apply.corruption import corrupt
from dscl_tf.augment.apply.mixup import apply_mixup
from dscl_tf.tensor import Tensor


class AugmentedModel(keras.Model):
    """Augments `inputs["image"]` with the draws beside it, then applies a network.

    Args:
        network: from images (batch, H, W, channels) to what the loss takes.
        clip: range of intensities after a change of intensity or colour; None leaves it open.

    Example:
        >>> import numpy as np
        >>> image = keras.Input((1, 2, 1))
        >>> model = AugmentedModel(keras.Model(image, keras.layers.Identity()(image)))
        >>> flip = np.array([[[1, 0, 0], [0, -1, 1]]])
        >>> batch = {"image": np.array([1.0, 2]).reshape(1, 1, 2, 1), "matrix": flip}
        >>> keras.ops.convert_to_numpy(model(batch)).ravel().tolist()
        [2.0, 1.0]
    """

    def __init__(self, network: keras.Model, clip: tuple[float, float] | None = None) -> None:
        # A 16-bit policy would round the draws here, but not those that warp the masks.
        super().__init__(name=f"augmented_{network.name}", autocast=False)
        self.network = network
        self.clip = clip

    @property
    def networks(self) -> dict[str, keras.Model]:
        """The networks that training changes, by the names that checkpoints give them."""
        return {"model": self.network}

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        """Return the network's output for the augmented images."""
        return self.network(augment_images(inputs["image"], inputs, self.clip), training=training)

    def targets(self, inputs: Any, y: Any, outputs: Any) -> Any:
        """Return what the loss compares `outputs` with: the batch's target `y`, here as it is."""
        return y

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """Compare the outputs with `targets`."""
        targets = self.targets(x, y, y_pred)
        return super().compute_loss(x, targets, y_pred, sample_weight, training)


class AugmentedHalves(AugmentedModel):
    """Augments each part of a batch by its own draws, then applies a network to all parts at once.

    `inputs` holds for each part what `AugmentedModel` takes. The network receives the images of the
    parts one after the other and returns a dictionary of outputs.

    Args:
        network: as `joint_encoder` makes it.
        clips: the parts in the order of their images, each with its clip.

    Example:
        >>> import numpy as np
        >>> image = keras.Input((1, 1, 1))
        >>> network = keras.Model(image, {"same": keras.layers.Identity()(image)})
        >>> model = AugmentedHalves(network, {"global": None, "local": None})
        >>> parts = {name: {"image": np.full((2, 1, 1, 1), 0.5)} for name in model.clips}
        >>> model(parts)["same"].shape[0]
        4
    """

    def __init__(
        self, network: keras.Model, clips: Mapping[str, tuple[float, float] | None]
    ) -> None:
        super().__init__(network)
        self.clips = dict(clips)

    def call(self, inputs: dict[str, dict[str, Tensor]], training: bool = False) -> Any:
        """Return the network's outputs for the augmented images."""
        return self.network(self.augmented(inputs), training=training)

    def augmented(self, inputs: dict[str, dict[str, Tensor]]) -> Tensor:
        """Return the augmented images of all parts, one part after the other."""
        images = [
            augment_images(inputs[name]["image"], inputs[name], clip)
            for name, clip in self.clips.items()
        ]
        return keras.ops.concatenate(images, axis=0)


class AugmentedRestoration(AugmentedModel):
    """Augments an image, corrupts it by the draws beside it, and applies a restoring network.

    >>> import numpy as np
    >>> image = keras.Input((4, 4, 1))
    >>> model = AugmentedRestoration(keras.Model(image, keras.layers.Identity()(image)))
    >>> batch = {"image": np.ones((1, 4, 4, 1), "float32"), "box": np.array([[1, 1, 2, 2]])}
    >>> targets = model.targets(batch, batch["image"], None)
    >>> float(keras.ops.sum(targets[..., -1]))  # pixels in the box
    4.0
    """

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        """Return the restored images (batch, H, W, channels)."""
        return self.network(self.corrupted(inputs), training=training)

    def corrupted(self, inputs: dict[str, Tensor]) -> Tensor:
        """Return what the network is given, (batch, H, W, channels)."""
        return corrupt(augment_images(inputs["image"], inputs, self.clip), inputs)

    def targets(self, inputs: dict[str, Tensor], y: Tensor, outputs: Tensor) -> Tensor:
        """Return what `RestorationLoss` compares with, (batch, H, W, channels + 1).

        These are the images `y` as augmented, and as the last channel the mask: the box where the
        batch has one, else everything.
        """
        images = augment_images(y, inputs, self.clip)
        mask = keras.ops.ones_like(images[..., :1])
        if "box" in inputs:
            inside = box_mask(inputs["box"], *images.shape[1:3])
            mask = keras.ops.cast(inside, images.dtype)
        return keras.ops.concatenate([images, mask], axis=-1)


class AugmentedSegmentation(AugmentedModel):
    """Augments image and mask with the same draws, and mixes both where the batch says so.

    >>> import numpy as np
    >>> from dscl_tf.models import unet
    >>> model = AugmentedSegmentation(unet((16, 16, 1), 2, filters=(4, 8)))
    >>> batch = {"image": np.zeros((3, 16, 16, 1), "float32")}
    >>> tuple(model.targets(batch, np.zeros((3, 16, 16), int), model(batch)).shape)
    (3, 16, 16, 2)
    """

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        """Return class logits (batch, H, W, classes) for the augmented, mixed images."""
        return self.network(mixed_images(inputs, self.clip), training=training)

    def targets(self, inputs: dict[str, Tensor], y: Tensor, outputs: Tensor) -> Tensor:
        """Return the masks `y` (batch, H, W) under the batch's own draws, one-hot."""
        return mixed_targets(y, inputs, outputs.shape[-1])


def mixed_images(inputs: dict[str, Tensor], clip: tuple[float, float] | None) -> Tensor:
    """Return the images of `inputs`, augmented and then mixed where it says so."""
    return _mix(augment_images(inputs["image"], inputs, clip), inputs)


def mixed_targets(masks: Tensor, inputs: dict[str, Tensor], classes: int) -> Tensor:
    """Return masks (batch, H, W) as (batch, H, W, classes), warped and mixed as their images."""
    labels = augment_masks(masks, inputs)
    return _mix(keras.ops.one_hot(labels, classes, dtype="float32"), inputs)


def _mix(values: Tensor, inputs: dict[str, Tensor]) -> Tensor:
    if "mixup_weight" not in inputs:
        return values
    return apply_mixup(values, inputs["mixup_partners"], inputs["mixup_weight"])
