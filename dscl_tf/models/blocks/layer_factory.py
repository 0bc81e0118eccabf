"""Convolution, batch normalisation and ReLU: the unit that every network here repeats."""

import zlib
from collections.abc import Callable

import keras
from keras import layers

from dscl_tf.models.fused_batch_normalisation import FusedBatchNormalisation
from dscl_tf.tensor import Tensor


class LayerFactory:
    """Makes the layers of a network, so that a layer's name decides its initial kernel.

    The initial kernel is He normal, seeded by `(seed, layer name)`. It does not depend on which
    other layers a network has: runs that differ only in what weights are transferred to them start
    alike elsewhere.

    Args:
        seed: of all initial kernels.
        batch_norm_momentum: of the moving statistics, in [0, 1].
        batch_norm_epsilon: above 0, added to the variance.

    Example:
        >>> layer = LayerFactory(seed=1).convolution(4, 3, "conv")
        >>> layer.build((None, 8, 8, 1))
        >>> [weight.path for weight in layer.weights]
        ['conv/kernel']
    """

    def __init__(
        self, seed: int = 1, batch_norm_momentum: float = 0.99, batch_norm_epsilon: float = 1e-3
    ) -> None:
        self.seed = seed
        self.batch_norm_momentum = batch_norm_momentum
        self.batch_norm_epsilon = batch_norm_epsilon

    def convolution(self, filters: int, size: int, name: str) -> layers.Layer:
        """Return a `size` x `size` convolution without bias, padded to keep the map's size."""
        return layers.Conv2D(
            filters,
            size,
            padding="same",
            use_bias=False,
            kernel_initializer=self.he_normal(name),
            name=name,
        )

    def dense(self, units: int, name: str, activation: str | None = None) -> layers.Layer:
        """Return a dense layer without bias."""
        return layers.Dense(
            units,
            activation=activation,
            use_bias=False,
            kernel_initializer=self.he_normal(name),
            name=name,
        )

    def normalisation(self, name: str) -> layers.Layer:
        """Return a batch normalisation with the momentum and epsilon of this factory."""
        return FusedBatchNormalisation(
            momentum=self.batch_norm_momentum, epsilon=self.batch_norm_epsilon, name=name
        )

    def unit(self, filters: int, size: int, name: str) -> Callable[[Tensor], Tensor]:
        """Return convolution, batch normalisation, ReLU; the layers are `name` and `name`_bn."""
        convolution = self.convolution(filters, size, name)
        normalisation = self.normalisation(f"{name}_bn")
        activation = layers.ReLU(name=f"{name}_relu")
        return lambda x: activation(normalisation(convolution(x)))

    def he_normal(self, name: str) -> keras.initializers.Initializer:
        """Return the initialiser of the kernel of layer `name`."""
        seed = zlib.crc32(f"{self.seed}/{name}".encode()) & 0x7FFFFFFF
        return keras.initializers.HeNormal(seed=seed)
