"""The percentiles of a volume's intensities, in TensorFlow operations. TensorFlow only."""

from typing import Any

import tensorflow as tf


def percentiles_function(percentiles: tuple[float, float]) -> Any:
    """Return the `tf.function` that `percentiles` serves.

    Args:
        percentiles: in [0, 100].

    Returns:
        maps `intensities` float32 (voxels,) to `low` and `high`, scalars: NumPy's linear
        percentiles. They are NaN where an intensity is not finite. No voxels are an error.

    Example:
        >>> ends = percentiles_function((25.0, 75.0))(tf.range(5.0))
        >>> float(ends["low"]), float(ends["high"])
        (1.0, 3.0)
    """
    intensities = tf.TensorSpec((None,), tf.float32, "intensities")

    @tf.function(input_signature=[intensities], autograph=False)
    def compute_percentiles(intensities: tf.Tensor) -> dict[str, tf.Tensor]:
        intensities = tf.ensure_shape(intensities, (None,))
        low, high = tf.unstack(_percentiles(intensities, percentiles))
        return {"low": low, "high": high}

    return compute_percentiles


def _percentiles(intensities: tf.Tensor, percentiles: tuple[float, float]) -> tf.Tensor:
    some = tf.debugging.assert_positive(
        tf.size(intensities), "`intensities`: must hold one voxel or more"
    )
    with tf.control_dependencies([] if some is None else [some]):
        values = tf.sort(intensities)
    # float64: positions in a large volume are beyond float32's exact integers.
    last = tf.cast(tf.size(values) - 1, tf.float64)
    position = tf.constant(percentiles, tf.float64) / 100 * last
    below = tf.floor(position)
    weight = tf.cast(position - below, tf.float32)
    left = tf.gather(values, tf.cast(below, tf.int32))
    right = tf.gather(values, tf.cast(tf.math.ceil(position), tf.int32))
    finite = tf.reduce_all(tf.math.is_finite(values))
    return tf.where(finite, left + weight * (right - left), float("nan"))
