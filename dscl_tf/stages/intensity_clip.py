"""The range that intensities stay in after augmentation."""

from dscl_tf.config import Augmentation


def intensity_clip(settings: Augmentation) -> tuple[float, float] | None:
    """Return the range that a change of intensity or colour is clipped to, None for no clipping.

    >>> intensity_clip(Augmentation(intensity={"clip": (0, 1.5)}))
    (0.0, 1.5)
    """
    change = settings.intensity or settings.colour
    return change.clip if change else None
