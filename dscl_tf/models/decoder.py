"""The U-Net's decoder: d_l is its first l blocks, the segmentation tail ends the full decoder."""

from collections.abc import Sequence

from keras import layers

from dscl_tf.models.blocks import Parts
from dscl_tf.tensor import Tensor


def decode(maps: Sequence[Tensor], blocks: int, parts: Parts) -> Tensor:
    """Return the feature map of decoder block `blocks`, counted from the coarsest (d_l).

    Each block enlarges x2 (nearest), applies a 2x2 convolution, joins the encoder's map of that
    size and applies two 3x3 convolutions; the last block of the full decoder applies one, as in
    the authors' code.

    Args:
        maps: the encoder's maps, finest first.
        blocks: l, from 1 to `len(maps) - 1`.
        parts: makes the layers `decoder_block1_up`, ...

    Returns:
        (rows, H / 2^(L - l), W / 2^(L - l), filters[L - l]), L = `len(maps) - 1`.
    """
    levels = len(maps) - 1
    x = maps[-1]
    for number in range(1, blocks + 1):
        name, skip = f"decoder_block{number}", maps[levels - number]
        filters = parts.settings.filters[levels - number]
        x = layers.UpSampling2D(2, interpolation="nearest", name=f"{name}_upsampling")(x)
        x = parts.unit(filters, 2, f"{name}_up")(x)
        x = layers.Concatenate(name=f"{name}_skip")([x, skip])
        for conv in (1,) if number == levels else (1, 2):
            x = parts.unit(filters, 3, f"{name}_conv{conv}")(x)
    return x


def segment(features: Tensor, classes: int, parts: Parts) -> Tensor:
    """Return class logits (rows, H, W, classes) from the last decoder block's map."""
    filters = parts.settings.filters[0]
    x = features
    for conv in (1, 2):
        x = parts.unit(filters, 3, f"segmentation_conv{conv}")(x)
    return parts.convolution(classes, 3, "segmentation_logits")(x)
