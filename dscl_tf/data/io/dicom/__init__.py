"""DICOM: series in, segmentations (SEG) out.

A series holds one file per slice, read by GDCM through SimpleITK; highdicom writes segmentations.
Both libraries are imported only when a series is read or a segmentation written.
"""

from dscl_tf.data.io.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.data.io.dicom.series import Series, find_series, is_series, read_series, series_of

__all__ = [
    "Series",
    "find_series",
    "is_series",
    "read_series",
    "require_highdicom",
    "series_of",
    "write_segmentation",
]
