"""Connected components of masks inside a compiled step, slice by slice."""

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
    count = ops.shape(numbers)[0]
    planes = ops.reshape(ops.transpose(numbers, (0, 3, 1, 2)), (-1, height * width))
    # Each plane (an image's class) counts the pixels of each of its numbers apart.
    offset = ops.arange(count * labels, dtype="int32")[:, None] * (height * width + 1)
    inside = ops.cast(planes > 0, "float32")
    places = planes + offset
    total = count * labels * (height * width + 1)
    sizes = ops.segment_sum(ops.reshape(inside, (-1,)), ops.reshape(places, (-1,)), total)
    mine = ops.take(sizes, places)  # (planes, H W), the size of each pixel's component
    kept = ops.cast(mine >= share * ops.max(mine, axis=1, keepdims=True), classes.dtype)
    kept = ops.transpose(ops.reshape(kept, (count, labels, height, width)), (0, 2, 3, 1))
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

    def spread(numbers: Tensor) -> Tensor:
        highest = ops.max_pool(ops.cast(numbers, "float32"), 3, strides=1, padding="same")
        numbers = ops.where(inside, ops.cast(highest, "int32"), 0)
        flat = ops.reshape(ops.transpose(numbers, (0, 3, 1, 2)), (-1, height * width))
        # Number n is that of pixel n - 1; outside, where it is 0, any pixel may be read.
        named = ops.take_along_axis(flat, ops.maximum(flat - 1, 0), axis=1)
        named = ops.transpose(ops.reshape(named, (-1, channels, height, width)), (0, 2, 3, 1))
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
