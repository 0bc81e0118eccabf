"""What a served network answers to input that it cannot take. TensorFlow only.

Rows of a batch are independent: a server may put requests of several clients together. A row that
cannot be answered is marked, and the others get the bits that they would get beside a good row. An
input of another shape is an error, since no row of it could be answered.
"""

import keras
import tensorflow as tf

INVALID_LABEL = -1
"""The label of all pixels of a row that is not valid."""


def answer_rows(model: keras.Model, image: tf.Tensor) -> dict[str, tf.Tensor]:
    """Return class probabilities and labels, and which rows have them.

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes).
        image: float32 (batch, H, W, channels).

    Returns:
        `probabilities` float32 (batch, H, W, classes), `label` int32 (batch, H, W) and `valid` bool
        (batch,). A row of `image` with a value that is not finite, or so large that the network
        overflows, is not valid: its probabilities are NaN, its labels -1.

    Example:
        >>> double = keras.Sequential([keras.Input((1, 1, 2)), keras.layers.Rescaling(2.0)])
        >>> rows = tf.reshape(tf.constant([1.0, 0.0, float("inf"), 0.0]), (2, 1, 1, 2))
        >>> answer = answer_rows(double, rows)
        >>> answer["valid"].numpy().tolist(), answer["label"].numpy().ravel().tolist()
        ([True, False], [0, -1])
    """
    some = tf.debugging.assert_positive(tf.shape(image)[0], "`image`: must hold one row or more")
    with tf.control_dependencies([] if some is None else [some]):
        finite = _finite_rows(image)  # (batch,)
    taken = tf.where(finite[:, None, None, None], image, 0.0)
    probabilities = tf.nn.softmax(tf.cast(model(taken, training=False), tf.float32))
    valid = finite & _finite_rows(probabilities)
    label = tf.argmax(probabilities, axis=-1, output_type=tf.int32)
    return {
        "probabilities": tf.where(valid[:, None, None, None], probabilities, float("nan")),
        "label": tf.where(valid[:, None, None], label, INVALID_LABEL),
        "valid": valid,
    }


def scale_rows(image: tf.Tensor, low: tf.Tensor, high: tf.Tensor) -> tf.Tensor:
    """Return (image - low) / (high - low), row by row; NaN where that cannot be.

    Args:
        image: float32 (batch, H, W, channels).
        low: float32 (batch,), or (batch, channels) where each channel has its own.
        high: likewise. A row is NaN unless both are finite and `high` is above `low`; of several
            channels, the channel is NaN.

    Raises:
        tf.errors.InvalidArgumentError: `low` or `high` has not as many values as `image` has rows.

    Example:
        >>> row = tf.reshape(tf.constant([1.0, 3.0]), (1, 1, 2, 1))
        >>> scale_rows(row, tf.constant([1.0]), tf.constant([5.0])).numpy().ravel().tolist()
        [0.0, 0.5]
    """
    rows = tf.shape(image)[0]
    checks = [
        tf.debugging.assert_equal(
            tf.shape(end)[0], rows, f"`{name}`: must hold one value per row of `image`"
        )
        for name, end in (("low", low), ("high", high))
    ]
    with tf.control_dependencies([check for check in checks if check is not None]):
        width = high - low
    width = tf.where(tf.math.is_finite(width) & (width > 0), width, float("nan"))
    if low.shape.rank == 1:
        low, width = low[:, None], width[:, None]  # (batch, 1)
    low, width = (end[:, None, None] for end in (low, width))  # (batch, 1, 1, 1 or channels)
    return (image - low) / width


def _finite_rows(values: tf.Tensor) -> tf.Tensor:
    return tf.reduce_all(tf.math.is_finite(values), axis=(1, 2, 3))
