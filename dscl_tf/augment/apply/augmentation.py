"""Applying all draws of an augmentation to images and masks, on the device."""

from collections.abc import Mapping

from keras import ops

from dscl_tf.augment.apply.affine import affine_positions
from dscl_tf.augment.apply.colour import apply_colour
from dscl_tf.augment.apply.elastic import elastic_displacements
from dscl_tf.augment.apply.intensity import apply_intensity
from dscl_tf.augment.apply.warp import Interpolation, pixel_grid, warp
from dscl_tf.augment.apply.wide import apply_wide
from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor


def augment_images(
    images: Tensor,
    draws: Mapping[str, Tensor],
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Warp images bilinearly with zeros beyond their edges, then change their intensities.

    Args:
        images: (batch, H, W, channels) float.
        draws: of `draw_augmentation`; what is absent is not applied. With "augmented" (batch,) bool
            the images where it is False stay as they are.
        clip: range of values after that change (`Intensity.clip`, `ColourJitter.clip`), for all
            images of the batch.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> import numpy as np
        >>> images = np.array([1.0, 3]).reshape(1, 1, 2, 1)
        >>> flip = {"matrix": np.array([[[1, 0, 0], [0, -1, 1]]])}
        >>> np.asarray(augment_images(images, flip)).ravel().tolist()
        [3.0, 1.0]
        >>> brighter = {**flip, "brightness": np.array([2.0]), "contrast": np.array([1.0])}
        >>> np.asarray(augment_images(images, brighter, clip=(0, 4))).ravel().tolist()
        [4.0, 3.0]
    """
    augmented = _warp(images, draws, "bilinear")
    if "brightness" in draws:
        augmented = apply_intensity(augmented, draws["brightness"], draws["contrast"], clip)
    if "colour" in draws:
        augmented = apply_colour(augmented, draws["colour"], clip)
    augmented = apply_wide(augmented, draws)
    if "augmented" in draws:
        chosen = ops.cast(draws["augmented"], "bool")[:, None, None, None]
        augmented = ops.where(chosen, augmented, images)
    return augmented


def augment_masks(masks: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Warp masks (batch, H, W) of integer labels as `augment_images` warps their images.

    Labels are those of the nearest pixel; beyond the edges lies background, label 0.

    Example:
        >>> import numpy as np
        >>> flip = {"matrix": np.array([[[1, 0, 0], [0, -1, 1]]])}
        >>> np.asarray(augment_masks(np.array([[[2, 3]]]), flip)).tolist()
        [[[3, 2]]]
    """
    return _warp(masks[..., None], draws, "nearest")[..., 0]


def sampling_positions(
    height: int, width: int, matrix: Tensor | None = None, elastic: Tensor | None = None
) -> Tensor:
    """Return where each output pixel reads its input: the affine map, then the displacement.

    Args:
        height: rows of the output.
        width: columns of the output.
        matrix: (batch, 2, 3), see `affine_positions`.
        elastic: (batch, g, g, 2), see `elastic_displacements`.

    Returns:
        (batch, H, W, 2) float32 positions (row, column).

    Raises:
        UsageError: neither `matrix` nor `elastic` is given.
    """
    if matrix is None and elastic is None:
        raise UsageError("matrix, elastic: one of them must be given, got neither")
    if matrix is not None:
        positions = affine_positions(matrix, height, width)
    else:
        positions = ops.convert_to_tensor(pixel_grid(height, width)[None], "float32")
    if elastic is not None:
        positions = positions + elastic_displacements(elastic, height, width)
    return positions


def _warp(images: Tensor, draws: Mapping[str, Tensor], interpolation: Interpolation) -> Tensor:
    if "matrix" not in draws and "elastic" not in draws:
        return images
    height, width = images.shape[1:3]
    positions = sampling_positions(height, width, draws.get("matrix"), draws.get("elastic"))
    return warp(images, positions, interpolation)
