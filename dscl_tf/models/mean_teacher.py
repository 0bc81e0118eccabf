"""The model of fine-tuning with a mean teacher and copy-paste."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from dscl_tf.augment.apply.augmentation import augment_images, augment_masks
from dscl_tf.augment.apply.box import box_mask
from dscl_tf.augment.apply.paste import paste
from dscl_tf.losses.masked import masked_dice_cross_entropy
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.large_components import keep_large_components
from dscl_tf.models.weights import transfer_weights, weights_of
from dscl_tf.tensor import Tensor

PLACES = ("matrix", "elastic")  # draws that move pixels
SHARE = "pseudo_share_"  # of the names that the shares of classes are reported by


class MeanTeacherSegmentation(AugmentedModel):
    """A student that learns from masks and from the labels of a teacher, which follows it.

    `network` is the teacher: what validation, the saved weights and the export use. Batches are
    those of `TeacherBatches`. Pixels are moved first; the teacher labels the unlabelled images in
    inference mode; rectangles are exchanged; then the student's images change their intensities.

    Beside the losses of given and of the teacher's labels, "labelled_loss" and "pseudo_loss", the
    share of pixels that the teacher gives to each class is reported as "pseudo_share_LABEL".

    >>> import numpy as np
    >>> from dscl_tf.models import unet
    >>> student, teacher = (unet((16, 16, 1), 2, filters=(4, 8)) for _ in range(2))
    >>> part = {"image": np.zeros((2, 16, 16, 1), "float32")}
    >>> batch = {"labelled": part, "unlabelled": part, "box": np.array([[4, 4, 8, 8]] * 2)}
    >>> outputs = MeanTeacherSegmentation(student, teacher)(batch)
    >>> tuple(outputs["logits"].shape), tuple(outputs["pseudo"].shape)
    ((4, 16, 16, 2), (2, 16, 16, 2))
    """

    def __init__(
        self,
        student: keras.Model,
        teacher: keras.Model,
        clip: tuple[float, float] | None = None,
        large: float = 0.0,
        threshold: float = 0.0,
        epsilon: float = 1e-10,
    ) -> None:
        """Wrap two networks of one architecture; the teacher takes the student's weights.

        Args:
            student: has the weights to start from.
            teacher: is not trained by gradients.
            clip: bounds intensities after brightness and contrast.
            large: the share of the largest component from which the teacher's labels keep others.
            threshold: the teacher's probability below which its label of a pixel is left out.
            epsilon: of the Dice loss.
        """
        teacher.trainable = False
        super().__init__(teacher, clip)
        self.student = student
        self.large, self.threshold, self.epsilon = large, threshold, epsilon
        self.losses_of = {
            name: keras.metrics.Mean(name=f"{name}_loss") for name in ("labelled", "pseudo")
        }
        self.shares = [
            keras.metrics.Mean(name=f"{SHARE}{label}")
            for label in range(1, teacher.output_shape[-1])
        ]
        self.set_both(weights_of(student))

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Both networks, by the names that checkpoints give them."""
        return {**super().networks, "student": self.student}

    def set_both(self, weights: Mapping[str, Any]) -> None:
        """Give student and teacher the same weights, by variable path."""
        for network in (self.network, self.student):
            transfer_weights(network, weights, source="the student")

    def call(self, inputs: dict[str, Any], training: bool = False) -> dict[str, Tensor]:
        """Return the student's "logits" (images, H, W, classes), in the second phase labels too.

        These are "pseudo" (batch, H, W, classes), one-hot, and "sure" (batch, H, W, 1), 1 where
        the teacher's probability reaches the threshold. The student's images are the labelled
        ones with their rectangles and then the unlabelled ones with theirs.
        """
        labelled, box = inputs["labelled"], inputs["box"]
        images = moved(labelled)
        if "unlabelled" not in inputs:
            pasted = paste(images, ops.take(images, inputs["partner"], axis=0), box)
            return self.of_student(self._changed(pasted, labelled), training)
        unlabelled = inputs["unlabelled"]
        others = moved(unlabelled)
        pseudo, sure = self._labels_of_teacher(others)
        seen = [
            self._changed(paste(images, others, box), labelled),
            self._changed(paste(others, images, box), unlabelled),
        ]
        outputs = self.of_student(ops.concatenate(seen, axis=0), training)
        return {**outputs, "pseudo": pseudo, "sure": sure}

    def of_student(self, images: Tensor, training: bool) -> dict[str, Tensor]:
        """Return the student's "logits" for images as it sees them."""
        return {"logits": self.student(images, training=training)}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """Return the loss on given labels plus the weighted one on the teacher's, each by area.

        In training the teacher follows the student here, and not in `call`, where a 16-bit policy
        would round the weights.
        """
        if training:
            self._follow(x["decay"][0])
        logits, box = y_pred["logits"], x["box"]
        places = {name: x["labelled"][name] for name in PLACES if name in x["labelled"]}
        labels = ops.one_hot(augment_masks(y, places), logits.shape[-1], dtype="float32")
        if "unlabelled" not in x:
            targets = paste(labels, ops.take(labels, x["partner"], axis=0), box)
            everywhere = ops.ones_like(targets[..., :1])
            supervised = self._loss("labelled", logits, targets, everywhere)
            return self.with_further_losses(supervised, y_pred, targets, everywhere)
        pseudo = y_pred["pseudo"]
        for label, share in enumerate(self.shares, start=1):
            share.update_state(pseudo[..., label])
        targets = ops.concatenate([paste(labels, pseudo, box), paste(pseudo, labels, box)], axis=0)
        inside = box_mask(box, *labels.shape[1:3])
        given = ops.concatenate([ops.logical_not(inside), inside], axis=0)  # (2 batch, H, W, 1)
        sure = ops.cast(ops.concatenate([y_pred["sure"]] * 2, axis=0), "bool")
        taught = ops.logical_and(ops.logical_not(given), sure)
        supervised = self._loss("labelled", logits, targets, given)
        both = supervised + x["weight"][0] * self._loss("pseudo", logits, targets, taught)
        return self.with_further_losses(both, y_pred, targets, ops.logical_or(given, taught))

    def with_further_losses(
        self, loss: Tensor, outputs: Mapping[str, Tensor], targets: Tensor, known: Tensor
    ) -> Tensor:
        """Return the loss and what a model that extends this one adds to it; here nothing.

        Args:
            loss: on given and on the teacher's labels.
            outputs: of `call`.
            targets: (images, H, W, classes), one-hot, the labels of what the student sees.
            known: (images, H, W, 1), where a label is given or the teacher is sure.
        """
        return loss

    def _loss(self, name: str, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        value = masked_dice_cross_entropy(logits, targets, mask, self.epsilon)
        self.losses_of[name].update_state(value)
        return value

    def _labels_of_teacher(self, images: Tensor) -> tuple[Tensor, Tensor]:
        logits = ops.cast(self.network(images, training=False), "float32")
        probabilities = ops.stop_gradient(ops.softmax(logits, axis=-1))
        classes = probabilities.shape[-1]
        pseudo = ops.one_hot(ops.argmax(probabilities, axis=-1), classes, dtype="float32")
        pseudo = keep_large_components(pseudo, self.large)
        highest = ops.max(probabilities, axis=-1, keepdims=True)
        return pseudo, ops.cast(highest >= self.threshold, "float32")

    def _changed(self, images: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
        """Return images that have been moved already under the draws of their intensities."""
        intensities = {name: draw for name, draw in draws.items() if name not in PLACES}
        return augment_images(images, intensities, self.clip)

    def _follow(self, decay: Tensor) -> None:
        """Move the teacher's weights and statistics towards the student's."""
        theirs = {variable.path: variable for variable in self.student.variables}
        for variable in self.network.variables:
            value = ops.cast(theirs[variable.path], variable.dtype)
            variable.assign(decay * variable + (1 - decay) * value)


def moved(part: Mapping[str, Tensor]) -> Tensor:
    """Return the images of a part of a batch under those of its draws that move pixels."""
    return augment_images(part["image"], {name: part[name] for name in PLACES if name in part})
