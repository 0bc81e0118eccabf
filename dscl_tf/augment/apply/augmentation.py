"""Applying the draws of an augmentation to images and masks, on the device."""

from collections.abc import Mapping

from keras import ops

from dscl_tf.augment.apply.colour import apply_colour
from dscl_tf.augment.apply.intensity import apply_intensity
from dscl_tf.augment.apply.warp import Interpolation, Tensor, sampling_positions, warp


def augment_images(
    images: Tensor,
    draws: Mapping[str, Tensor],
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Warp images bilinearly with zeros beyond their edges, then change intensity or colour.

    Args:
        images: (rows, H, W, channels) float.
        draws: of `draw_augmentation`; what is absent is not applied. With "augmented" (rows,) bool
            the rows where it is False stay as they are.
        clip: range of values after that change (`Intensity.clip`, `ColourJitter.clip`), for all
            images of the batch.

    Returns:
        (rows, H, W, channels).
    """
    augmented = _warp(images, draws, "bilinear")
    if "brightness" in draws:
        augmented = apply_intensity(augmented, draws["brightness"], draws["contrast"], clip)
    if "colour" in draws:
        augmented = apply_colour(augmented, draws["colour"], clip)
    if "augmented" in draws:
        chosen = ops.cast(draws["augmented"], "bool")[:, None, None, None]
        augmented = ops.where(chosen, augmented, images)
    return augmented


def augment_masks(masks: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Warp masks (rows, H, W) of integer labels as `augment_images` warps their images.

    Labels are those of the nearest pixel; beyond the edges lies background, label 0.
    """
    return _warp(masks[..., None], draws, "nearest")[..., 0]


def _warp(images: Tensor, draws: Mapping[str, Tensor], interpolation: Interpolation) -> Tensor:
    if "matrix" not in draws and "elastic" not in draws:
        return images
    height, width = images.shape[1:3]
    positions = sampling_positions(height, width, draws.get("matrix"), draws.get("elastic"))
    return warp(images, positions, interpolation)
