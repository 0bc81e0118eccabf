"""How many bytes an update of a store will write at least, before a volume is read."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nibabel as nib

from dscl_tf.config import Data
from dscl_tf.data.io.nifti.header import quiet
from dscl_tf.data.layouts import Case
from dscl_tf.data.store.index import settings_of
from dscl_tf.data.store.shard_files import slice_bytes

NIFTI = (".nii", ".nii.gz")


def least_bytes(cases: Iterable[Case], data: Data) -> int:
    """Return the bytes that volumes will take in a store at least.

    A NIfTI volume has as many slices as its shortest side or more; of other files one is certain.
    """
    return sum(_least_slices(case.image) for case in cases) * slice_bytes(settings_of(data))


def _least_slices(image: Path) -> int:
    if not image.name.lower().endswith(NIFTI):
        return 1
    try:
        with quiet():
            loaded: Any = nib.load(image)  # the header alone
            sides = loaded.shape[:3]
    except Exception:  # whoever reads the volume says what is wrong
        return 1
    return max(1, min(sides, default=1)) if len(sides) == 3 else 1
