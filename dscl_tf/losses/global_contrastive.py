"""The global contrastive loss as a Keras loss."""

from typing import Any

import keras
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.losses.contrastive import check_temperature, contrastive_loss
from dscl_tf.losses.strategies import find_strategy, positional, strategy_masks
from dscl_tf.tensor import Tensor


@keras.saving.register_keras_serializable(package="dscl_tf")
class GlobalContrastiveLoss(keras.losses.Loss):
    """Contrast the global embeddings of a batch by a strategy.

    `y_true` (batch, 4) labels each image by its slice, volume, partition and view (numbers below
    2^24, since Keras passes them as float32), for PCL also by its position, (batch, 5), see
    `strategy_masks`; `y_pred` (batch, D) are the embeddings. The value is
    the mean over positive pairs, whatever the reduction; without a positive pair in the batch it
    is NaN.

    Args:
        strategy: "GR", "GD-", "GD" or "PCL".
        temperature: above 0.
        thresholds: of PCL, see `positional`; None for 0.1 and 0.1. Other strategies have none.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Raises:
        UsageError: unknown strategy, a temperature not above 0, thresholds that cross or that the
            strategy does not have.

    Example:
        >>> import numpy as np
        >>> labels = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 0], [1, 1, 1, 1]])
        >>> loss = GlobalContrastiveLoss("GD")(labels, np.ones((4, 8), "float32"))
        >>> round(float(loss), 4)  # two negatives, and all embeddings are equal: log(1 + 2)
        1.0986
    """

    def __init__(
        self,
        strategy: str = "GD",
        temperature: float = 0.1,
        thresholds: tuple[float, float] | None = None,
        name: str = "global_contrastive",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        check_temperature(temperature)
        self.rules = find_strategy(strategy)
        self.strategy = strategy
        self.temperature = temperature
        self.thresholds = tuple(thresholds) if thresholds else None
        if thresholds and strategy != "PCL":
            raise UsageError(f"thresholds: only PCL has them, got {thresholds} with {strategy}")
        if thresholds:
            self.rules = positional(*thresholds)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the scalar loss."""
        labels = ops.cast(ops.round(y_true), "int32")
        return contrastive_loss(y_pred, *self.masks(labels), self.temperature)

    def masks(self, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return who attracts and who repels whom, as `strategy_masks` does."""
        return strategy_masks(self.rules, labels)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "strategy": self.strategy,
            "temperature": self.temperature,
            "thresholds": self.thresholds,
        }
