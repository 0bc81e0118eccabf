"""The networks that learn to augment (Chaitanya et al., IPMI 2019)."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import keras
from keras import layers

from dscl_tf.models.blocks import FILTERS, LayerFactory, NearestUpSampling, image_input
from dscl_tf.tensor import Tensor

Kind = Literal["deformation", "intensity"]
GENERATOR = "generator_"


class AdversarialNetworks(NamedTuple):
    """The networks that are trained together; `whole` has the variables of all three.

    ::

        networks = adversarial_networks(generator, segmentation, discriminator)
        networks.whole.save_weights("all.weights.h5")
    """

    generator: keras.Model
    segmentation: keras.Model
    discriminator: keras.Model
    whole: keras.Model


def adversarial_networks(
    generator: keras.Model, segmentation: keras.Model, discriminator: keras.Model
) -> AdversarialNetworks:
    """Join the networks that are trained together, as `AdversarialAugmentation` takes them.

    Args:
        generator: of `augmentation_generator`.
        segmentation: of `unet`.
        discriminator: of `image_discriminator`.

    Example:
        >>> from dscl_tf.models import image_discriminator, unet
        >>> shape, filters = (16, 16, 1), (4, 8)
        >>> networks = adversarial_networks(
        ...     augmentation_generator(shape, "deformation", filters),
        ...     unet(shape, 2, filters),
        ...     image_discriminator(shape, filters),
        ... )
        >>> len(networks.whole.variables) == sum(len(each.variables) for each in networks[:3])
        True
    """
    image, noise = (layers.Input(each.shape[1:]) for each in generator.inputs)
    outputs = [generator([image, noise]), segmentation(image), discriminator(image)]
    whole = keras.Model([image, noise], outputs, name="adversarial_augmentation")
    return AdversarialNetworks(generator, segmentation, discriminator, whole)


def augmentation_generator(
    input_shape: Sequence[int],
    kind: Kind,
    filters: Sequence[int] = FILTERS,
    *,
    noise: int = 100,
    batch_norm_momentum: float = 0.99,
    batch_norm_epsilon: float = 1e-3,
    seed: int = 1,
    name: str | None = None,
) -> keras.Model:
    """Return G: from an image and noise the change to make.

    As in the released code, the noise becomes a map of the U-Net's coarsest size, which is enlarged
    x2 (nearest) and convolved up to the image's size, and joined with two convolutions of the
    image; two more follow, and one that is linear, 3x3 for a field and 1x1 and tanh for a mask.
    Ours: the widths are those of the U-Net, and every convolution but the last normalises.

    Args:
        input_shape: (H, W, channels) of an image; H and W are multiples of 2^(levels - 1).
        kind: "deformation" or "intensity".
        filters: of each level, finest first; two levels or more.
        noise: the length of the noise vector z.
        batch_norm_momentum: of the moving statistics, in [0, 1].
        batch_norm_epsilon: above 0, added to the variance.
        seed: of the initial kernels.
        name: the model's name, by default KIND_generator.

    Returns:
        [image (batch, H, W, channels), noise (batch, noise)] -> (batch, H, W, 2) displacements in
        pixels (row, column) for kind "deformation", (batch, H, W, channels) in (-1, 1) for
        "intensity".

    Raises:
        UsageError: `filters` or `input_shape` breaks its rule.

    Example:
        >>> model = augmentation_generator((16, 16, 1), "deformation", (4, 8), noise=6)
        >>> model.output_shape
        (None, 16, 16, 2)
    """
    factory = LayerFactory(seed, batch_norm_momentum, batch_norm_epsilon)
    image = image_input(input_shape, filters)
    z = layers.Input((noise,), name="noise")
    x = _enlarged_noise(z, input_shape, filters, factory)
    seen = _two_units(image, filters[0], "image", factory)
    x = layers.Concatenate(name=f"{GENERATOR}joined")([x, seen])
    x = _two_units(x, filters[0], "joined", factory)
    if kind == "deformation":
        change = factory.convolution(2, 3, f"{GENERATOR}field")(x)
    else:
        change = factory.convolution(input_shape[-1], 1, f"{GENERATOR}mask")(x)
        change = layers.Activation("tanh", name=f"{GENERATOR}tanh")(change)
    return keras.Model([image, z], change, name=name or f"{kind}_generator")


def _enlarged_noise(
    z: Tensor, input_shape: Sequence[int], filters: Sequence[int], factory: LayerFactory
) -> Tensor:
    """Return a map (batch, H, W, filters[0]) made of noise (batch, noise)."""
    levels = len(filters) - 1
    coarse = tuple(side // 2**levels for side in input_shape[:2])
    x = factory.dense(math.prod(coarse) * filters[-1], f"{GENERATOR}noise", "relu")(z)
    x = layers.Reshape((*coarse, filters[-1]), name=f"{GENERATOR}map")(x)
    for number in range(1, levels + 1):
        name = f"{GENERATOR}up{number}"
        x = NearestUpSampling(name=f"{name}_upsampling")(x)
        x = factory.unit(filters[levels - number], 2, name)(x)  # (batch, coarse x 2^number, ...)
    return x


def _two_units(x: Tensor, filters: int, name: str, factory: LayerFactory) -> Tensor:
    for conv in (1, 2):
        x = factory.unit(filters, 3, f"{GENERATOR}{name}_conv{conv}")(x)
    return x
