"""Convolution, batch normalisation and ReLU: the unit that every part of the U-Net repeats."""

import zlib
from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from dscl_tf.config import Model
from dscl_tf.models.fused_batch_normalisation import FusedBatchNormalisation

Tensor = Any


class Parts:
    """Makes the network's layers, so that one name always means one shape and one initial value.

    The initial kernel is He normal, seeded by `(seed, layer name)`: it does not depend on which
    other layers a stage builds, so two runs that differ only in their hand-over start alike.
    """

    def __init__(self, settings: Model, seed: int) -> None:
        self.settings = settings
        self.seed = seed

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
        """Return a batch normalisation with the configured momentum and epsilon."""
        return FusedBatchNormalisation(
            momentum=self.settings.batch_norm_momentum,
            epsilon=self.settings.batch_norm_epsilon,
            name=name,
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
