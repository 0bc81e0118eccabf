"""Training everything but the encoder."""

from typing import Literal

import keras
from keras import layers

from dscl_tf.errors import UsageError


def freeze_encoder(network: keras.Model, statistics: Literal["batch", "moving"]) -> None:
    """Keep the encoder's weights as they are.

    Args:
        network: a model of this package; only layers named `encoder_...` change.
        statistics: "moving": batch normalisation uses the moving statistics, which stay as they
            are. "batch": it uses those of the batch and goes on averaging them.

    Raises:
        UsageError: `statistics` is neither.

    Example:
        >>> from dscl_tf.models import unet
        >>> model = unet((16, 16, 1), classes=2, filters=(4, 8))
        >>> freeze_encoder(model, "moving")
        >>> any(weight.path.startswith("encoder_") for weight in model.trainable_weights)
        False
    """
    if statistics not in ("batch", "moving"):
        raise UsageError(f"`statistics`: must be batch or moving, got {statistics}")
    for layer in network.layers:
        if not layer.name.startswith("encoder_"):
            continue
        if statistics == "batch" and isinstance(layer, layers.BatchNormalization):
            layer.gamma.trainable = layer.beta.trainable = False
        else:
            layer.trainable = False
