"""Adam for two networks that are trained in one step."""

from typing import Any

from dscl_tf.stages.fused_adam import FusedAdam


class TwoRateAdam(FusedAdam):
    """Adam with another learning rate for some variables; both rates follow one schedule.

    Adam treats every variable by itself, so this equals one Adam for each network.

    >>> import keras
    >>> optimizer = TwoRateAdam(1e-3, prefix="discriminator_", factor=0.1)
    >>> names = ("unet_kernel", "discriminator_kernel")
    >>> kernels = [keras.Variable([0.0], name=name) for name in names]
    >>> optimizer.apply([keras.ops.ones(1), keras.ops.ones(1)], kernels)
    >>> [f"{float(kernel[0]):.4f}" for kernel in kernels]
    ['-0.0010', '-0.0001']
    """

    def __init__(self, learning_rate: Any, prefix: str, factor: float) -> None:
        """Multiply the learning rate by `factor` for variables whose path starts with `prefix`."""
        super().__init__(learning_rate)
        self.prefix = prefix
        self.factor = factor

    def build(self, variables: list[Any]) -> None:
        """Make the state for `variables`, and note the factor of each."""
        super().build(variables)
        self.factors = [
            self.factor if variable.path.startswith(self.prefix) else 1.0 for variable in variables
        ]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one variable, on TensorFlow given without its path."""
        factor = self.factors[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * factor)
