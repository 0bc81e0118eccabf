"""The model of fine-tuning with a mean teacher by whose labels pixels are contrasted."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from dscl_tf.losses.class_contrastive import ClassContrastiveLoss
from dscl_tf.models.mean_teacher import MeanTeacherSegmentation
from dscl_tf.models.pixel_embedding import FEATURES
from dscl_tf.tensor import Tensor


class ContrastingTeacher(MeanTeacherSegmentation):
    """A mean teacher whose student also contrasts pixels by class (Chaitanya et al. 2023).

    The student's features of what it sees, composites of labelled and unlabelled images, are
    embedded by a head; classes are the given labels and the teacher's. Image i goes with image
    i + images // 2, in the second phase the composite of the same two images the other way round.
    Pixels of which the teacher is not sure take no part. The loss is reported as "contrast_loss".

    Args:
        student: has the weights to start from.
        teacher: follows it.
        head: of `pixel_head`, for the student's features; it is trained and then dropped.
        loss: of pixels and classes.
        weight: of that loss.
        options: further arguments of `MeanTeacherSegmentation`.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import pixel_head, unet
        >>> student, teacher = (unet((16, 16, 1), 2, filters=(4, 8)) for _ in range(2))
        >>> head = pixel_head(student.get_layer(FEATURES).output, size=3)
        >>> model = ContrastingTeacher(student, teacher, head, ClassContrastiveLoss(), weight=0.1)
        >>> part = {"image": np.zeros((2, 16, 16, 1), "float32")}
        >>> batch = {"labelled": part, "unlabelled": part, "box": np.array([[4, 4, 8, 8]] * 2)}
        >>> tuple(model(batch)["embeddings"].shape)
        (4, 16, 16, 3)
    """

    def __init__(
        self,
        student: keras.Model,
        teacher: keras.Model,
        head: keras.Model,
        loss: ClassContrastiveLoss,
        weight: float,
        **options: Any,
    ) -> None:
        super().__init__(student, teacher, **options)
        self.head, self.contrast, self.weight = head, loss, weight
        features = student.get_layer(FEATURES).output
        self.with_features = keras.Model(student.input, [student.output, features])
        self.contrast_loss = keras.metrics.Mean(name="contrast_loss")

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Student, teacher and head, by the names that checkpoints give them."""
        return {**super().networks, "pixel_head": self.head}

    def of_student(self, images: Tensor, training: bool) -> dict[str, Tensor]:
        """Return the student's "logits", and "embeddings" (images, H, W, size) of pixels."""
        logits, features = self.with_features(images, training=training)
        return {"logits": logits, "embeddings": self.head(features, training=training)}

    def with_further_losses(
        self, loss: Tensor, outputs: Mapping[str, Tensor], targets: Tensor, known: Tensor
    ) -> Tensor:
        """Return the loss and the weighted contrast of the pixels whose label is known."""
        value = self.contrast(targets * ops.cast(known, targets.dtype), outputs["embeddings"])
        self.contrast_loss.update_state(value)
        return loss + self.weight * value
