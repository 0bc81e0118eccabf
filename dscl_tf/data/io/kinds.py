"""The two kinds of images, and which one a data set or a file holds."""

from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.image_kind import ImageKind
from dscl_tf.data.io.picture_kind import PictureKind
from dscl_tf.data.io.volume_kind import VolumeKind

VOLUMES: ImageKind = VolumeKind()
PICTURES: ImageKind = PictureKind()


def kind_of(data: Data) -> ImageKind:
    """Return the kind of images that a data set holds.

    >>> from dscl_tf.config import load_config
    >>> kind_of(load_config("acdc").data) is VOLUMES
    True
    >>> kind_of(load_config("cityscapes").data).unit
    'px'
    """
    return PICTURES if data.pictures else VOLUMES


def kind_of_file(path: str | Path) -> ImageKind:
    """Return the kind of image, mask or map that a file's name stands for.

    >>> kind_of_file("masks/bonn_0_0.png") is PICTURES
    True
    >>> kind_of_file("masks/007.nii.gz") is VOLUMES
    True
    """
    return PICTURES if Path(path).suffix.lower() == ".png" else VOLUMES
