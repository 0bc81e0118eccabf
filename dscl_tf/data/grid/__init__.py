"""From a volume in its file to slices on the training grid, and back.

- `bias_correction`, `intensities`: what happens to intensities (N4, percentiles).
- `orientation`: the canonical direction of the axes, so that all volumes show the anatomy alike.
- `geometry`: resampling in the plane to the training grid, and back to the file's own voxels. This
  is how a predicted mask gets back to the grid of its file.
- `preprocess`: all of these in a row.
- `window`: what of a mask the training grid holds, and what lies beyond its edge.
- `partitions`: which slices of a volume are in the same part of the anatomy.
"""

from dscl_tf.data.grid.bias_correction import correct_bias
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.intensities import normalise, percentile_range
from dscl_tf.data.grid.orientation import (
    Orientation,
    canonical_affine,
    canonical_orientation,
    from_canonical,
    to_canonical,
)
from dscl_tf.data.grid.partitions import partition_of
from dscl_tf.data.grid.preprocess import (
    normalise_channels,
    normalise_volume,
    prepare_image,
    prepare_mask,
    prepare_slices,
)
from dscl_tf.data.grid.window import LabelCount, count_labels, smallest_grid

__all__ = [
    "Geometry",
    "LabelCount",
    "Orientation",
    "canonical_affine",
    "canonical_orientation",
    "correct_bias",
    "count_labels",
    "from_canonical",
    "normalise",
    "normalise_channels",
    "normalise_volume",
    "partition_of",
    "percentile_range",
    "prepare_image",
    "prepare_mask",
    "prepare_slices",
    "smallest_grid",
    "to_canonical",
]
