"""The U-Net's decoder: d_l is its first l blocks, the segmentation tail ends the full decoder."""

from collections.abc import Sequence

from keras import layers

from dscl_tf.errors import UsageError
from dscl_tf.models.blocks.layer_factory import LayerFactory
from dscl_tf.models.blocks.nearest_upsampling import NearestUpSampling
from dscl_tf.tensor import Tensor


def decode(
    maps: Sequence[Tensor], filters: Sequence[int], blocks: int, factory: LayerFactory
) -> Tensor:
    """Return the feature map of decoder block `blocks`, counted from the coarsest (d_l).

    Each block enlarges x2 (nearest), applies a 2x2 convolution, joins the encoder's map of that
    size and applies two 3x3 convolutions; the last block of the full decoder applies one, as in
    the authors' code.

    Args:
        maps: the encoder's maps, finest first.
        filters: of these maps.
        blocks: l, from 1 to `len(maps) - 1`.
        factory: makes the layers `decoder_block1_up`, ...

    Returns:
        (batch, H / 2^(L - l), W / 2^(L - l), filters[L - l]), L = `len(maps) - 1`.

    Raises:
        UsageError: there is no block of that number.

    Example:
        >>> from dscl_tf.models.blocks.encoder import encode
        >>> maps = encode(layers.Input((8, 8, 1)), (4, 6, 6), LayerFactory())
        >>> decode(maps, (4, 6, 6), 1, LayerFactory()).shape
        (None, 4, 4, 6)
    """
    levels = len(maps) - 1
    if not 1 <= blocks <= levels:
        raise UsageError(f"`decoder_blocks`: must be from 1 to {levels}, got {blocks}")
    x = maps[-1]
    for number in range(1, blocks + 1):
        name, skip = f"decoder_block{number}", maps[levels - number]
        width = filters[levels - number]
        x = NearestUpSampling(name=f"{name}_upsampling")(x)
        x = factory.unit(width, 2, f"{name}_up")(x)
        x = layers.Concatenate(name=f"{name}_skip")([x, skip])
        for conv in (1,) if number == levels else (1, 2):
            x = factory.unit(width, 3, f"{name}_conv{conv}")(x)
    return x


def decoder_map_size(
    input_shape: Sequence[int], filters: Sequence[int], decoder_blocks: int
) -> tuple[int, int]:
    """Return (height, width) of the feature map after decoder block l.

    Args:
        input_shape: (H, W, channels) of an image.
        filters: of each level of the encoder.
        decoder_blocks: l, from 1 to `len(filters) - 1`.

    Example:
        >>> decoder_map_size((192, 192, 1), (16, 32, 64, 128, 128, 128), 3)
        (48, 48)
    """
    shrink = 2 ** (len(filters) - 1 - decoder_blocks)
    return input_shape[0] // shrink, input_shape[1] // shrink


def segment(features: Tensor, filters: int, classes: int, factory: LayerFactory) -> Tensor:
    """Return class logits (batch, H, W, classes) from the last decoder block's map.

    Args:
        features: (batch, H, W, channels).
        filters: of the two convolutions before the last.
        classes: number of classes, with background.
        factory: makes the layers `segmentation_conv1`, ...

    Example:
        >>> segment(layers.Input((8, 8, 4)), 4, 3, LayerFactory()).shape
        (None, 8, 8, 3)
    """
    x = features
    for conv in (1, 2):
        x = factory.unit(filters, 3, f"segmentation_conv{conv}")(x)
    return factory.convolution(classes, 3, "segmentation_logits")(x)
