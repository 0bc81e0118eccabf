"""The sentences of `model.json`, for people who read it."""

from dscl_tf.config.data import SliceAxis
from dscl_tf.export.preparation import Preparation

RESAMPLED = (
    "blurred by a Gaussian of (factor - 1) / 2 native pixels where they shrink by factor, "
    "resampled linearly{}, then cropped or padded about their centre to grid."
)
DIRECTIONS = {  # as dscl_tf.data.grid.orientation turns them
    "axial": "axial slices: rows grow to the patient's left, columns to the back, slices count up",
    "coronal": "coronal slices: rows grow to the patient's left, columns down, slices count back",
    "sagittal": "sagittal slices: rows grow to the back, columns down, slices count to the right",
}
ANY_DIRECTION = "by the direction of the slices, the nearest of: " + "; ".join(DIRECTIONS.values())
SLICES_OF: dict[SliceAxis, str] = {
    "axial": DIRECTIONS["axial"],
    "coronal": DIRECTIONS["coronal"],
    "sagittal": DIRECTIONS["sagittal"],
    "auto": "an axis whose voxels are 1.5 times as long as the others' counts slices, else axial "
    f"ones; {ANY_DIRECTION}",
    "third": f"the file's third axis counts slices; {ANY_DIRECTION}",
}
NORMALISATION = (
    "(image - low) / (high - low), where low and high are {}; no clipping; padding is 0 after "
    "normalisation (low before it)."
)

ROWS = (
    "slices of a request are independent: one whose values (or low and high) are not finite, or "
    "whose high is not above low, gets valid false, label -1 and NaN probabilities; the others are "
    "answered as without it"
)


def normalisation(preparation: Preparation) -> str:
    """Return how intensities become what the network sees."""
    if preparation.intensity_range:
        return NORMALISATION.format("those of intensity_range")
    what = "channel by channel " * preparation.several
    corrected = " after N4" * (preparation.bias_correction is not None)
    of = f"{what}the percentiles of all voxels of the native volume{corrected}"
    return NORMALISATION.format(of)


def geometry(preparation: Preparation) -> str:
    """Return how slices come to the training grid."""
    if preparation.unit == "px":
        of_spacing = RESAMPLED.format(" so that a pixel stands for spacing_px of the original's")
        return f"Upright RGB pictures (rows, columns), {of_spacing}"
    return f"Slices (rows, columns), {RESAMPLED.format(' to spacing_mm')}"
