"""Connected components of masks inside a compiled step, slice by slice."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor


def keep_large_components(classes: Tensor, share: float) -> Tensor:
    """Make background of the small components of each class of each image.

    Pixels that share a side or a corner are connected. Within a class, the largest component of an
    image is kept, and those with at least `share` of its pixels.

    Args:
        classes: (batch, H, W, classes) one-hot float; class 0 is the background.
        share: in [0, 1]; 0 keeps everything.

    Returns:
        (batch, H, W, classes) one-hot, of the same dtype.

    >>> import numpy as np
    >>> labels = np.array([[[1, 1, 1, 0, 1]]])
    >>> kept = keep_large_components(np.eye(2, dtype="float32")[labels], share=0.5)
    >>> np.asarray(kept).argmax(axis=-1).tolist()
    [[[1, 1, 1, 0, 0]]]
    """
    if not share:
        return classes
    foreground = classes[..., 1:]
    numbers = number_components(foreground)  # (batch, H, W, classes - 1)
    height, width, labels = numbers.shape[1:]
    count, pixels = ops.shape(numbers)[0], height * width
    flat = ops.reshape(numbers, (-1, pixels, labels))
    # Each class of each image counts the pixels of its numbers, 0 to `pixels`, apart.
    offset = ops.reshape(ops.arange(count * labels, dtype="int32"), (-1, 1, labels))
    places = flat + offset * (pixels + 1)
    inside = ops.cast(flat > 0, "float32")
    total = count * labels * (pixels + 1)
    sizes = ops.segment_sum(ops.reshape(inside, (-1,)), ops.reshape(places, (-1,)), total)
    mine = ops.take(sizes, places)  # (batch, H W, classes - 1), the size of a pixel's component
    kept = mine >= share * ops.max(mine, axis=1, keepdims=True)
    kept = ops.cast(ops.reshape(kept, (-1, height, width, labels)), classes.dtype)
    foreground = foreground * kept
    background = 1 - ops.sum(foreground, axis=-1, keepdims=True)
    return ops.concatenate([background, foreground], axis=-1)


def number_components(masks: Tensor) -> Tensor:
    """Number the components of masks, by the largest index of their pixels.

    Each pixel starts as a component of its own and takes the highest number around it, then the
    number of the pixel that this number names, until nothing changes.

    Args:
        masks: (batch, H, W, channels) float, 0 or 1; each channel is a mask of its own.

    Returns:
        (batch, H, W, channels) int32; 0 outside, and equal within a component.
    """
    _, height, width, channels = masks.shape
    inside = masks > 0
    index = ops.reshape(ops.arange(1, height * width + 1, dtype="int32"), (1, height, width, 1))
    start = ops.where(inside, index, 0)
    # Where the first pixel of each image and channel stands among all.
    images = ops.reshape(ops.arange(ops.shape(masks)[0], dtype="int32"), (-1, 1, 1, 1))
    first = images * (height * width * channels) + np.arange(channels, dtype="int32")

    def spread(numbers: Tensor) -> Tensor:
        highest = ops.max_pool(ops.cast(numbers, "float32"), 3, strides=1, padding="same")
        numbers = ops.where(inside, ops.cast(highest, "int32"), 0)
        # Number n is that of pixel n - 1; outside, where it is 0, any pixel may be read.
        pixel = ops.maximum(numbers - 1, 0)
        named = ops.take(ops.reshape(numbers, (-1,)), first + pixel * channels)
        return ops.where(inside, ops.maximum(named, numbers), 0)

    numbers, _ = ops.while_loop(
        lambda numbers, changed: changed,
        lambda numbers, changed: (
            (after := spread(numbers)),
            ops.any(ops.not_equal(after, numbers)),
        ),
        (start, ops.any(inside)),
    )
    return numbers
