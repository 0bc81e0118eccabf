"""The networks that learn to augment (Chaitanya et al., IPMI 2019): the generator."""

import math
from typing import Literal, NamedTuple

import keras
from keras import layers

from dscl_tf.config import Experiment
from dscl_tf.models.blocks import Parts
from dscl_tf.models.discriminator import image_discriminator_network
from dscl_tf.models.networks import segmentation_network
from dscl_tf.tensor import Tensor

Kind = Literal["deformation", "intensity"]
GENERATOR = "generator_"


class AdversarialNetworks(NamedTuple):
    """The networks that are trained together; `whole` has the variables of all three."""

    generator: keras.Model
    segmentation: keras.Model
    discriminator: keras.Model
    whole: keras.Model


def generator_network(config: Experiment) -> keras.Model:
    """Return G: image (rows, H, W, channels) and noise (rows, size) -> the change to make.

    As in the released code, the noise becomes a map of the U-Net's coarsest size, which is enlarged
    x2 (nearest) and convolved up to the image's size, and joined with two convolutions of the
    image; two more follow, and one that is linear, 3x3 for a field and 1x1 and tanh for a mask.
    Ours: the widths are those of the U-Net, and every convolution but the last normalises.

    Args:
        config: `pretrain_augmentation` gives the kind and the size of the noise.

    Returns:
        [image, noise] -> (rows, H, W, 2) displacements in pixels (row, column) for kind
        "deformation", (rows, H, W, channels) in (-1, 1) for "intensity".
    """
    settings, filters = config.pretrain_augmentation, config.model.filters
    parts = Parts(config.model, config.runtime.seed)
    levels = config.model.decoder_blocks
    coarse = tuple(side // 2**levels for side in config.data.grid)
    image = layers.Input((*config.data.grid, config.model.channels), name="image")
    noise = layers.Input((settings.noise,), name="noise")
    x = parts.dense(math.prod(coarse) * filters[-1], f"{GENERATOR}noise", "relu")(noise)
    x = layers.Reshape((*coarse, filters[-1]), name=f"{GENERATOR}map")(x)
    for number in range(1, levels + 1):
        name = f"{GENERATOR}up{number}"
        x = layers.UpSampling2D(2, interpolation="nearest", name=f"{name}_upsampling")(x)
        x = parts.unit(filters[levels - number], 2, name)(x)  # (rows, coarse x 2^number, ...)
    seen = _two_units(image, parts, "image")
    x = layers.Concatenate(name=f"{GENERATOR}joined")([x, seen])
    x = _two_units(x, parts, "joined")
    if settings.kind == "deformation":
        change = parts.convolution(2, 3, f"{GENERATOR}field")(x)
    else:
        change = parts.convolution(config.model.channels, 1, f"{GENERATOR}mask")(x)
        change = layers.Activation("tanh", name=f"{GENERATOR}tanh")(change)
    return keras.Model([image, noise], change, name=f"{settings.kind}_generator")


def adversarial_networks(config: Experiment) -> AdversarialNetworks:
    """Return generator, segmentation network and discriminator, and all of them as one model."""
    generator = generator_network(config)
    segmentation = segmentation_network(config)
    discriminator = image_discriminator_network(config)
    image, noise = (layers.Input(each.shape[1:]) for each in generator.inputs)
    outputs = [generator([image, noise]), segmentation(image), discriminator(image)]
    whole = keras.Model([image, noise], outputs, name="adversarial_augmentation")
    return AdversarialNetworks(generator, segmentation, discriminator, whole)


def _two_units(x: Tensor, parts: Parts, name: str) -> Tensor:
    for conv in (1, 2):
        x = parts.unit(parts.settings.filters[0], 3, f"{GENERATOR}{name}_conv{conv}")(x)
    return x
