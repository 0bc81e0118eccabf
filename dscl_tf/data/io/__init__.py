"""Reading and writing images, masks and maps: NIfTI, DICOM, PNG and what SimpleITK reads.

`read_image` and its neighbours take any of these. What differs between medical volumes and colour
pictures is one `ImageKind`, chosen by `kind_of`. Each file format has a folder or file of its own:
`nifti`, `dicom`, `itk`, `png`; `endings` lists the names of files.
"""

from dscl_tf.data.io.files import (
    is_picture,
    mask_ending,
    read_image,
    read_mask,
    read_shape,
    read_written_mask,
    sha256,
    write_map,
    write_mask,
)
from dscl_tf.data.io.image_kind import ImageKind
from dscl_tf.data.io.kinds import PICTURES, VOLUMES, kind_of, kind_of_file
from dscl_tf.data.io.labels import class_numbers
from dscl_tf.data.io.volume import Volume, check_intensities, checked_intensities

__all__ = [
    "PICTURES",
    "VOLUMES",
    "ImageKind",
    "Volume",
    "check_intensities",
    "checked_intensities",
    "class_numbers",
    "is_picture",
    "kind_of",
    "kind_of_file",
    "mask_ending",
    "read_image",
    "read_mask",
    "read_shape",
    "read_written_mask",
    "sha256",
    "write_map",
    "write_mask",
]
