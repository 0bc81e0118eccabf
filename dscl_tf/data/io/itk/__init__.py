"""NRRD, MetaImage and header-and-voxels pairs (.hdr, .img): images and masks in.

SimpleITK reads them, each with ITK's own reader for the ending of its name; it is imported only
where such a file is read. `header` says where the voxels lie and whether that can be believed,
`files` of which files a volume consists.
"""

from dscl_tf.data.io.itk.files import files_of, reads
from dscl_tf.data.io.itk.image import read_image, read_mask, read_shape

__all__ = ["files_of", "read_image", "read_mask", "read_shape", "reads"]
