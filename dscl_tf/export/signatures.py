"""The functions that an export serves, made of standard TensorFlow operations. TensorFlow only.

* `serving_default`: `image` float32 (batch, H, W, channels), slices on the training grid,
  normalised as in training.
* `serving_raw`: the same slices before normalisation (after N4 where training used it), and `low`
  and `high` float32 (batch,), per slice the two percentiles of the intensities of the volume it
  belongs to. The graph computes (image - low) / (high - low). Where a slice is padded to the grid,
  pad with `low`.
* `percentiles`: `intensities` float32 (voxels,), all voxels of a native volume (after N4 where
  training used it); returns `low` and `high` (scalars), equal to NumPy's linear percentiles, and
  NaN where an intensity is not finite.

Where volumes have several sequences as channels, each is scaled by itself: `low` and `high` of
`serving_raw` are (batch, channels), and `percentiles` is asked once for each channel's voxels.

Where all training volumes share one `intensity_range`, as 8-bit pictures do, it is part of the
graph: `serving_raw` takes `image` alone, and there is no `percentiles`.

The first two return `probabilities` float32 (batch, H, W, classes), `label` int32 (batch, H, W) and
`valid` bool (batch,).

Rows are independent, so that a server may batch requests for different volumes. A row is not valid,
with NaN for probabilities and -1 for labels, if its image holds a value that is not finite, its
`low` or `high` is not finite, or `high` is not above `low`; the other rows of the batch are as they
would be without it. An input of another shape is an error that names it.

`serving_raw` takes the percentiles as inputs because training takes them of the whole native
volume. Percentiles of a request's slices would depend on how many of them are in the request, on
their padding, and on what the server batches together. For the same reason `percentiles` is for a
server that does not batch: volumes have different numbers of voxels, and one that batches answers
it with an error. There the client computes them (`numpy.percentile`).
"""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from dscl_tf.export.guard import answer_rows, scale_rows
from dscl_tf.export.percentiles import percentiles_function

Signatures = dict[str, Any]
"""Signature name to `tf.function`."""


def serving_signatures(
    model: keras.Model,
    percentiles: tuple[float, float] = (1.0, 99.0),
    intensity_range: tuple[float, float] | None = None,
    by_channel: bool = False,
) -> Signatures:
    """Return the functions to serve, by the names of their signatures.

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes); H and W fixed.
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.
        by_channel: whether each channel has percentiles of its own.

    Example:
        >>> import numpy as np
        >>> from dscl_tf.models import unet
        >>> served = serving_signatures(unet((16, 16, 1), 2, filters=(4, 8)))
        >>> outputs = served["percentiles"](np.arange(101, dtype="float32"))
        >>> sorted(served), float(outputs["low"]), float(outputs["high"])
        (['percentiles', 'serving_default', 'serving_raw'], 1.0, 99.0)
    """
    shape = (None, *model.input_shape[1:])
    image = tf.TensorSpec(shape, tf.float32, "image")

    @tf.function(input_signature=[image], autograph=False)
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return answer_rows(model, tf.ensure_shape(image, shape))

    if intensity_range:
        raw = _serve_in_range(serve, image, intensity_range)
        return {"serving_default": serve, "serving_raw": raw}
    return {
        "serving_default": serve,
        "serving_raw": _serve_between_ends(serve, image, by_channel),
        "percentiles": percentiles_function(percentiles),
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


def _serve_between_ends(serve: Any, spec: tf.TensorSpec, by_channel: bool) -> Any:
    shape = (None, spec.shape[-1]) if by_channel else (None,)
    low, high = (tf.TensorSpec(shape, tf.float32, name) for name in ("low", "high"))

    @tf.function(input_signature=[spec, low, high], autograph=False)
    def serve_raw(image: tf.Tensor, low: tf.Tensor, high: tf.Tensor) -> dict[str, tf.Tensor]:
        image = tf.ensure_shape(image, spec.shape)
        low, high = (tf.ensure_shape(end, shape) for end in (low, high))
        return serve(scale_rows(image, low, high))

    return serve_raw


def _serve_in_range(serve: Any, spec: tf.TensorSpec, ends: tuple[float, float]) -> Any:
    @tf.function(input_signature=[spec], autograph=False)
    def serve_raw(image: tf.Tensor) -> dict[str, tf.Tensor]:
        image = tf.ensure_shape(image, spec.shape)
        return serve((image - ends[0]) / (ends[1] - ends[0]))

    return serve_raw
