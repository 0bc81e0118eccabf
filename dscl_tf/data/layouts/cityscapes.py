"""The layout of Cityscapes (Cordts et al., CVPR 2016): colour pictures and their label ids.

leftImg8bit/PART/CITY/CITY_SEQUENCE_FRAME_leftImg8bit.png
gtFine/PART/CITY/CITY_SEQUENCE_FRAME_gtFine_labelIds.png
"""

from pathlib import Path

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.find import find
from dscl_tf.errors import DataError

PARTS = ("train", "val", "test")
IMAGE, MASK = "_leftImg8bit.png", "_gtFine_labelIds.png"


def find_cityscapes_cases(source: Path) -> list[Case]:
    """List the pictures of the parts train, val and test.

    Ids are CITY_SEQUENCE_FRAME. Pictures of the part test are unlabelled, since their published
    masks hold no labels; so are pictures whose mask is missing.

    Raises:
        DataError: `source` is missing or holds no picture of this layout.
    """
    if not source.is_dir():
        raise DataError(f"{source}: must be a folder in the Cityscapes layout, got no such folder")
    parts = [source / "leftImg8bit" / part for part in PARTS]
    images = [path for part in parts if part.is_dir() for path in find(part, ["*", f"*{IMAGE}"])]
    if not images:
        raise DataError(
            f"{source}: must hold leftImg8bit/{{{','.join(PARTS)}}}/CITY/*{IMAGE}, got none"
        )
    return [_case(source, path) for path in images]


def _case(source: Path, image: Path) -> Case:
    name = image.name.removesuffix(IMAGE)
    part, city = image.parts[-3:-1]
    mask = source / "gtFine" / part / city / f"{name}{MASK}"
    return Case(name, image, mask if part != "test" and mask.is_file() else None)
