"""The discriminator of adversarial training (Zhang et al., MICCAI 2017)."""

import keras
from keras import layers

from dscl_tf.config import Experiment
from dscl_tf.models.blocks import Parts

PREFIX = "discriminator_"


def discriminator_network(config: Experiment) -> keras.Model:
    """Return the network that tells predictions for labelled from those for unlabelled images.

    3x3 convolutions with stride 2 and ReLU, then the mean over positions and one unit. There
    is no batch normalisation, which would let rows of one kind be told by those of the other.

    Args:
        config: `finetune.adversarial` gives the filters.

    Returns:
        image and class probabilities side by side (rows, H, W, channels + classes) -> logit
        (rows, 1), high for labelled images.
    """
    settings = config.finetune.adversarial
    assert settings is not None
    parts = Parts(config.model, config.runtime.seed)
    depth = config.model.channels + config.data.class_count
    judged = layers.Input((*config.data.grid, depth), name="judged")
    x = judged
    for number, filters in enumerate(settings.filters, start=1):
        name = f"{PREFIX}conv{number}"
        x = layers.Conv2D(
            filters,
            3,
            strides=2,
            padding="same",
            kernel_initializer=parts.he_normal(name),
            name=name,
        )(x)
        x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.GlobalAveragePooling2D(name=f"{PREFIX}mean")(x)  # (rows, filters)
    return keras.Model(judged, parts.dense(1, f"{PREFIX}score")(x), name="discriminator")
