"""The contrastive loss of pixels and the means of their classes (Chaitanya et al. 2023)."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dscl_tf.losses.contrastive import (
    check_temperature,
    cosine_similarity,
    normalise,
    pair_terms,
)
from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


def class_contrastive_loss(embeddings: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """Contrast pixels of foreground classes with the mean embeddings of classes.

    For a pixel of a foreground class the positives are the means of its class over its own image
    and over another one, and the negatives the means of all other classes, the background too,
    over both images (Chaitanya et al. 2023, "Local contrastive loss with pseudo-label based
    self-training", arXiv 2112.09645). Image i goes with image i + batch // 2, counted round. A
    class that an image lacks has no mean there. Unlike the paper no pixels are drawn: all count, so
    that every class of every image weighs the same, however many pixels it has.

    Args:
        embeddings: (batch, H, W, D) of any length; they are normalised here, in float32.
        targets: (batch, H, W, classes) one-hot, or soft as mixup makes them; class 0 is background.
        temperature: above 0.

    Returns:
        The scalar mean over images, their foreground classes and the positives of these, of the
        mean over the pixels of the class; float32 (float64 if the embeddings are). Without any
        foreground it is 0.

    Raises:
        UsageError: the temperature is not above 0.

    Example:
        Background and one class in both of two images, which embeddings do not tell apart:

        >>> targets = np.eye(2)[np.array([[[0, 1]], [[1, 0]]])]
        >>> loss = class_contrastive_loss(np.ones((2, 1, 2, 4)), targets, temperature=0.1)
        >>> round(float(loss), 4)  # two negatives: log(1 + 2)
        1.0986
    """
    check_temperature(temperature)
    height, width, classes = targets.shape[1:]
    vectors = normalise(ops.reshape(embeddings, (-1, height * width, embeddings.shape[-1])))
    weights = ops.cast(
        ops.reshape(at_least_float32(targets), (-1, height * width, classes)), vectors.dtype
    )
    areas = ops.sum(weights, axis=1)  # (batch, classes)
    means = ops.matmul(ops.transpose(weights, (0, 2, 1)), vectors)  # (batch, classes, D), sums
    count = embeddings.shape[0] or ops.shape(embeddings)[0]
    both = ops.concatenate([means, ops.roll(means, -(count // 2), axis=0)], axis=1)
    present = ops.concatenate([areas, ops.roll(areas, -(count // 2), axis=0)], axis=1) > 0
    similarities = cosine_similarity(vectors, both) / temperature  # (batch, H W, 2 classes)
    number = np.tile(np.arange(classes), 2)  # the class of each mean
    total = numerator = ops.zeros((), vectors.dtype)
    for label in range(1, classes):
        repelling = ops.logical_and(present, number != label)[:, None]  # (batch, 1, 2 classes)
        for column in (label, classes + label):
            terms = pair_terms(similarities[..., column], similarities, repelling)
            area = areas[:, label]
            mean = ops.sum(terms * weights[..., label], axis=1) / ops.maximum(area, 1e-6)
            counts = ops.cast(ops.logical_and(present[:, label], present[:, column]), mean.dtype)
            numerator = numerator + ops.sum(mean * counts)
            total = total + ops.sum(counts)
    return numerator / ops.maximum(total, 1.0)


@keras.saving.register_keras_serializable(package="dscl_tf")
class ClassContrastiveLoss(keras.losses.Loss):
    """`class_contrastive_loss` as a Keras loss of targets and embeddings.

    Args:
        temperature: above 0.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Raises:
        UsageError: the temperature is not above 0.

    Example:
        >>> targets = np.eye(2)[np.array([[[0, 1]]])]
        >>> loss = ClassContrastiveLoss()(targets, np.ones((1, 1, 2, 4)))
        >>> round(float(loss), 4)  # an image alone goes with itself
        1.0986
    """

    def __init__(
        self, temperature: float = 0.1, name: str = "class_contrastive", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        check_temperature(temperature)
        self.temperature = temperature

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the scalar loss."""
        return class_contrastive_loss(y_pred, y_true, self.temperature)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "temperature": self.temperature}
