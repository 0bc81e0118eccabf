"""Brings batches to `fit`."""

from collections.abc import Iterator
from typing import Any

import keras

from dscl_tf.data.samplers.batches import Batch, Batches
from dscl_tf.data.samplers.share import Share
from dscl_tf.devices.distribution import present_devices


def feed(batches: Batches, first_step: int) -> Any:
    """Return what `fit` reads the batches of `first_step`, `first_step + 1`, ... from.

    Of several processes that train together each gets its share of every batch.

    On TensorFlow it is a `tf.data.Dataset` that prepares batches ahead and states their full
    shapes, so that XLA compiles one step; elsewhere it is a plain iterator.

    ::

        model.fit(feed(batches, first_step=0), steps_per_epoch=100)

    Args:
        batches: the sampler.
        first_step: the steps done so far.
    """
    member = present_devices().member
    if member.total > 1:
        return batches.iterate(first_step, Share(member.number, member.total))
    if keras.backend.backend() != "tensorflow":
        return batches.iterate(first_step)
    import tensorflow as tf

    signature = keras.tree.map_structure(
        lambda array: tf.TensorSpec(array.shape, array.dtype), batches[first_step]
    )

    def iterate() -> Iterator[Batch]:
        return batches.iterate(first_step)

    return tf.data.Dataset.from_generator(iterate, output_signature=signature).prefetch(2)
