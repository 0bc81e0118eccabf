"""NIfTI files: images and masks in, masks and maps out.

Every file that breaks a rule is one `DataError` that names the file, the rule and the value.
"""

from dscl_tf.data.io.nifti.image import read_image, read_shape
from dscl_tf.data.io.nifti.mask import read_mask
from dscl_tf.data.io.nifti.write import write_map, write_mask, write_nifti

__all__ = ["read_image", "read_mask", "read_shape", "write_map", "write_mask", "write_nifti"]
