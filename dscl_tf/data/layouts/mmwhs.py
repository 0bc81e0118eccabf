"""The MR training set of MM-WHS 2017: `mr_train_10NN_image.nii.gz`, `mr_train_10NN_label.nii.gz`.

Zhuang and Shen, Medical Image Analysis 2016.
"""

from pathlib import Path

from dscl_tf.config import Folder
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.folder import find_pairs

PREFIX = "mr_train_"
FILES = Folder(images=f"{PREFIX}{{id}}_image.nii.gz", masks=f"{PREFIX}{{id}}_label.nii.gz")


def find_mmwhs_cases(source: Path) -> list[Case]:
    """List the MR training volumes.

    Ids are the images' names without `_image` and the ending, such as mr_train_1001.

    Args:
        source: the folder of the files, or the one that holds it as `mr_train`.

    Raises:
        DataError: the folder is missing or holds no image, or a label has no image.
    """
    folder = source / "mr_train"
    cases = find_pairs(folder if folder.is_dir() else source, FILES)
    return [Case(PREFIX + case.id, case.image, case.mask, case.problem) for case in cases]
