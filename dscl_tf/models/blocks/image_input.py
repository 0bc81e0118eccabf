"""Where a network's image comes in."""

from collections.abc import Sequence

from keras import layers

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor


def image_input(input_shape: Sequence[int], filters: Sequence[int]) -> Tensor:
    """Return the input "image" of a network with an encoder of such filters.

    Args:
        input_shape: (H, W, channels) of an image.
        filters: of each level of the encoder, finest first; between levels both sides are halved.

    Returns:
        A symbolic tensor (batch, H, W, channels).

    Raises:
        UsageError: there are fewer than two levels, or a side cannot be halved between them.

    Example:
        >>> image_input((8, 8, 1), (4, 4, 8)).shape
        (None, 8, 8, 1)
    """
    if len(filters) < 2:
        raise UsageError(f"`filters`: must name those of two or more levels, got {list(filters)}")
    multiple = 2 ** (len(filters) - 1)
    if len(input_shape) != 3 or any(side % multiple for side in input_shape[:2]):
        raise UsageError(
            f"`input_shape`: must be (H, W, channels) with H and W multiples of {multiple} for "
            f"{len(filters)} levels, got {tuple(input_shape)}"
        )
    return layers.Input(tuple(input_shape), name="image")
