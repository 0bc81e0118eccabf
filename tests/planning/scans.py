"""Folders of small scans: a rod that wanders along one axis of the body."""

from pathlib import Path

import nibabel as nib
import numpy as np

from tests.data.files import affine, save

SHAPE = (24, 28, 20)  # sagittal, coronal and axial slices of a file in the direction LPS


def scan(seed: int, axis: int = 1, shape=SHAPE) -> tuple[np.ndarray, np.ndarray]:
    """A scan whose bright rod lies elsewhere in each slice along `axis`, and a mask of the rod."""
    rng = np.random.default_rng(seed)
    image = rng.normal(100, 5, shape).astype(np.float32)
    mask = np.zeros(shape, np.uint8)
    planes = np.moveaxis(image, axis, 0), np.moveaxis(mask, axis, 0)
    depth, rows, columns = planes[0].shape
    for place in range(depth):
        row = 3 + int((rows - 8) * place / depth)
        column = columns // 2 - 2
        part = (place, slice(row, row + 4), slice(column, column + 4))
        planes[0][part] += 200
        planes[1][part] = 1
    return image, mask


def write_folder(
    folder: Path, count: int = 6, masks: int = 3, *, values=(7,), spacing=(1.0, 1.0, 1.0), axis=1
) -> Path:
    """Write scans/pNN.nii.gz, and masks/pNN_seg.nii.gz for the first `masks` of them."""
    matrix = affine(spacing)
    for number in range(1, count + 1):
        image, mask = scan(number, axis)
        save(folder / f"scans/p{number:02d}.nii.gz", image, matrix)
        if number <= masks:
            labels = np.zeros(mask.shape, np.uint8)
            parts = np.array_split(np.flatnonzero(mask), len(values))
            for value, part in zip(values, parts, strict=True):
                labels.flat[part] = value
            save(folder / f"masks/p{number:02d}_seg.nii.gz", labels, matrix)
    return folder


def touch(folder: Path, *names: str) -> Path:
    """Make files with these paths, all the same small image; names of masks get labels."""
    image, mask = scan(1)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_mask = any(word in name for word in ("seg", "mask", "label", "gt"))
        nib.save(nib.Nifti1Image(mask if is_mask else image, affine()), path)
    return folder
