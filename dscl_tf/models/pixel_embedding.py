"""The head that embeds pixels for the contrast of classes."""

import keras
from keras import layers

from dscl_tf.models.blocks import LayerFactory

FEATURES = "segmentation_conv2_relu"  # the U-Net's layer before the logits


def pixel_head(features: keras.KerasTensor, size: int, *, seed: int = 1) -> keras.Model:
    """Return two 1x1 convolutions: features (batch, H, W, channels) -> (batch, H, W, size).

    Args:
        features: the map that pixels are embedded from, whose shape is taken.
        size: of the embedding of a pixel.
        seed: of the initial kernels.

    Example:
        >>> pixel_head(keras.Input((8, 8, 6)), 4).output_shape
        (None, 8, 8, 4)
    """
    height, width, channels = features.shape[1:]
    factory = LayerFactory(seed)
    image_features = layers.Input((height, width, channels), name="features")
    x = factory.unit(channels, 1, "pixel_conv1")(image_features)
    x = factory.convolution(size, 1, "pixel_conv2")(x)
    return keras.Model(image_features, x, name="pixel_head")
