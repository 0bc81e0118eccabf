"""Batch normalisation by TensorFlow's fused kernel: few passes over the map, Keras makes many."""

from typing import Any

import keras
from keras import layers, ops

from dscl_tf.tensor import Tensor

# What the kernel takes on CPU and GPU; it computes in float32.
DTYPES = ("float32", "bfloat16", "float16")
LEAST_EPSILON = 1.001e-5  # cuDNN's


@keras.saving.register_keras_serializable(package="dscl_tf")
class FusedBatchNormalisation(layers.BatchNormalization):
    """Keras's `BatchNormalization`, faster on TensorFlow.

    Arguments, variables and results are those of Keras's layer, the results to float32's rounding,
    so weights and checkpoints of either are those of the other. The kernel takes 4-D inputs with
    channels last and no mask. For all others, under XLA and on other backends this is Keras's
    layer. In inference TensorFlow joins the kernel with the convolution before it and the ReLU
    after it.

    >>> import numpy as np
    >>> images = np.random.default_rng(0).normal(3, 2, (4, 8, 8, 2)).astype("float32")
    >>> layer = FusedBatchNormalisation(momentum=0.9)
    >>> normalised = keras.ops.convert_to_numpy(layer(images, training=True))
    >>> bool(abs(normalised.mean()) < 1e-3 and abs(normalised.std() - 1) < 1e-2)
    True
    >>> [variable.name for variable in layer.variables]
    ['gamma', 'beta', 'moving_mean', 'moving_variance']
    """

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor = None) -> Tensor:
        """Normalise `inputs`, in training by their own statistics, which the moving ones follow.

        Args:
            inputs: (batch, H, W, channels), or of any other rank.
            training: whether the statistics of the batch are used; never where the layer is frozen
                by `trainable = False`.
            mask: as in Keras's layer.

        Returns:
            as `inputs`, in the layer's compute dtype.
        """
        if mask is not None or not self._fits_kernel(inputs):
            return super().call(inputs, training=training, mask=mask)
        if not (training and self.trainable):
            outputs = self._apply_kernel(inputs, self.moving_mean, self.moving_variance).y
            return ops.cast(outputs, self.compute_dtype)
        results = self._apply_kernel(inputs)
        count = ops.cast(ops.size(inputs) // inputs.shape[-1], "float32")
        # The kernel divides by count - 1, as an estimate without bias; Keras divides by count.
        variance = results.batch_variance * ((count - 1.0) / count)
        self._follow(self.moving_mean, results.batch_mean)
        self._follow(self.moving_variance, variance)
        return ops.cast(results.y, self.compute_dtype)

    def _follow(self, moving: keras.Variable, current: Tensor) -> None:
        moving.assign(moving * self.momentum + current * (1.0 - self.momentum))

    def _fits_kernel(self, inputs: Tensor) -> bool:
        return (
            keras.backend.backend() == "tensorflow"
            and len(inputs.shape) == 4
            and self.axis in (-1, 3)
            and keras.backend.standardize_dtype(inputs.dtype) in DTYPES
            and self.variable_dtype == "float32"
            and self.epsilon >= LEAST_EPSILON
            and not self.synchronized
            and not getattr(self, "renorm", False)  # of Keras 3.13 and later
            # Its kernel takes E[x^2] - E[x]^2 as variance, which loses all digits far from zero.
            and not traced_for_xla()
        )

    def _apply_kernel(self, inputs: Tensor, *moving: keras.Variable) -> Any:
        """Normalise `inputs` by the moving mean and variance, or by their own if none are given."""
        import tensorflow as tf

        channels = inputs.shape[-1]
        mean, variance = moving or (tf.zeros([0]), tf.zeros([0]))
        return tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=ops.ones(channels) if self.gamma is None else ops.convert_to_tensor(self.gamma),
            offset=ops.zeros(channels) if self.beta is None else ops.convert_to_tensor(self.beta),
            mean=ops.convert_to_tensor(mean),
            variance=ops.convert_to_tensor(variance),
            epsilon=self.epsilon,
            is_training=not moving,
        )


def traced_for_xla() -> bool:
    """Whether TensorFlow is tracing a function that XLA will compile (`jit_compile=True`)."""
    import tensorflow as tf

    graph = tf.compat.v1.get_default_graph()
    while graph is not None:
        context = graph._get_control_flow_context()
        while context is not None:
            if context.IsXLAContext():
                return True
            context = context.outer_context
        graph = getattr(graph, "outer_graph", None)
    return False
