"""The functions that an export serves, made of standard TensorFlow operations. TensorFlow only.

* `serving_default`: `image` float32 (batch, H, W, channels), slices on the training grid,
  normalised as in training.
* `serving_raw`: the same slices before normalisation (after N4 where training used it), and `low`
  and `high` float32 (batch,), per slice the two percentiles of the intensities of the volume it
  belongs to. The graph computes (image - low) / (high - low). Where a slice is padded to the grid,
  pad with `low`. A slice whose `high` is not above `low` is an error.
* `percentiles`: `intensities` float32 (voxels,), all voxels of a native volume (after N4 where
  training used it); returns `low` and `high` (scalars), equal to NumPy's linear percentiles.

Where all training volumes share one `intensity_range`, as 8-bit pictures do, it is part of the
graph: `serving_raw` takes `image` alone, and there is no `percentiles`.

The first two return `probabilities` float32 (batch, H, W, classes) and `label` int32 (batch, H, W).

`serving_raw` takes the percentiles as inputs because training takes them of the whole native
volume. Percentiles of a request's slices would depend on how many of them are in the request, on
their padding, and on what the server batches together; with one pair per slice, slices stay
independent and requests for different volumes can share a batch.
"""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

Signatures = dict[str, Any]
"""Signature name to `tf.function`."""


def serving_signatures(
    model: keras.Model,
    percentiles: tuple[float, float] = (1.0, 99.0),
    intensity_range: tuple[float, float] | None = None,
) -> Signatures:
    """Return the functions to serve, by the names of their signatures.

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes); H and W fixed.
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import unet
        >>> served = serving_signatures(unet((16, 16, 1), 2, filters=(4, 8)))
        >>> outputs = served["percentiles"](np.arange(101, dtype="float32"))
        >>> sorted(served), float(outputs["low"]), float(outputs["high"])
        (['percentiles', 'serving_default', 'serving_raw'], 1.0, 99.0)
    """
    image = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, "image")

    @tf.function(input_signature=[image], autograph=False)
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        probabilities = tf.nn.softmax(tf.cast(model(image, training=False), tf.float32))
        return {
            "probabilities": probabilities,  # (batch, H, W, classes)
            "label": tf.argmax(probabilities, axis=-1, output_type=tf.int32),  # (batch, H, W)
        }

    if intensity_range:
        return {"serving_default": serve, "serving_raw": _serve_in_range(serve, intensity_range)}
    return {
        "serving_default": serve,
        "serving_raw": _serve_between_ends(serve, image),
        "percentiles": _compute_percentiles(percentiles),
    }


def describe_signatures(signatures: Signatures) -> dict[str, Any]:
    """Return what each signature takes and returns: name to `dtype` and `shape`; None is open."""
    described = {}
    for name, function in signatures.items():
        inputs = {spec.name: spec for spec in function.input_signature}
        outputs = function.get_concrete_function().structured_outputs
        described[name] = {"inputs": _tensors(inputs), "outputs": _tensors(outputs)}
    return described


def _tensors(specs: Mapping[str, tf.TensorSpec]) -> dict[str, Any]:
    return {
        name: {"dtype": spec.dtype.name, "shape": spec.shape.as_list()}
        for name, spec in specs.items()
    }


def _serve_between_ends(serve: Any, image: tf.TensorSpec) -> Any:
    low, high = (tf.TensorSpec((None,), tf.float32, name) for name in ("low", "high"))

    @tf.function(input_signature=[image, low, high], autograph=False)
    def serve_raw(image: tf.Tensor, low: tf.Tensor, high: tf.Tensor) -> dict[str, tf.Tensor]:
        tf.debugging.assert_greater(high, low, "high must be greater than low")
        low, high = (end[:, None, None, None] for end in (low, high))  # (batch, 1, 1, 1)
        return serve((image - low) / (high - low))

    return serve_raw


def _serve_in_range(serve: Any, ends: tuple[float, float]) -> Any:
    @tf.function(input_signature=serve.input_signature, autograph=False)
    def serve_raw(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return serve((image - ends[0]) / (ends[1] - ends[0]))

    return serve_raw


def _compute_percentiles(percentiles: tuple[float, float]) -> Any:
    intensities = tf.TensorSpec((None,), tf.float32, "intensities")

    @tf.function(input_signature=[intensities], autograph=False)
    def compute_percentiles(intensities: tf.Tensor) -> dict[str, tf.Tensor]:
        low, high = tf.unstack(_percentiles(intensities, percentiles))
        return {"low": low, "high": high}

    return compute_percentiles


def _percentiles(intensities: tf.Tensor, percentiles: tuple[float, float]) -> tf.Tensor:
    values = tf.sort(intensities)
    # float64: positions in a large volume are beyond float32's exact integers.
    last = tf.cast(tf.size(values) - 1, tf.float64)
    position = tf.constant(percentiles, tf.float64) / 100 * last
    below = tf.floor(position)
    weight = tf.cast(position - below, tf.float32)
    left = tf.gather(values, tf.cast(below, tf.int32))
    right = tf.gather(values, tf.cast(tf.math.ceil(position), tf.int32))
    return left + weight * (right - left)
