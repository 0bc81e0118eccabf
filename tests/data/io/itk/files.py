"""Volumes in the formats that SimpleITK writes."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813

from tests.data.files import affine


def save_itk(path: Path, array, matrix=None, *, compress: bool = False) -> Path:
    """Write (X, Y, Z) with a NIfTI affine, as `tests.data.files.save` does."""
    matrix = affine() if matrix is None else matrix
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.T))
    axes = np.diag([-1, -1, 1]) @ matrix[:3, :3]
    spacing = np.linalg.norm(axes, axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((axes / spacing).ravel().tolist())
    image.SetOrigin((np.diag([-1, -1, 1]) @ matrix[:3, 3]).tolist())
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path), compress)
    return path


def edit(path: Path, old: str, new: str) -> Path:
    """Change the text of a header."""
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode()))
    return path
