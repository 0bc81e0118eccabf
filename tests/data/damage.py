"""A folder of small good volumes in the ACDC layout, and ways to damage one of them."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.nifti1 import header_dtype

from tests.data.files import affine, save

SHAPE = (12, 10, 6)
PATIENTS = ("001", "002", "003")
BAD = "002"  # the one that is damaged


def write_source(folder: Path) -> Path:
    """Write three small good volumes with masks and return their folder."""
    for number in PATIENTS:
        image, mask = paths(folder, number)
        noise = np.random.default_rng(int(number)).integers(0, 900, SHAPE, np.int16)
        labels = np.zeros(SHAPE, np.uint8)
        labels[3:9, 3:8] = 1
        labels[4:7, 4:7] = 3
        labels[7:8, 4:7] = 2
        save(image, noise)
        save(mask, labels)
        (image.parent / "Info.cfg").write_text("ED: 1\n")
    return folder


def paths(folder: Path, number: str) -> tuple[Path, Path]:
    """Return the image and the mask of a patient."""
    patient = folder / "training" / f"patient{number}"
    stem = f"{patient.name}_frame01"
    return patient / f"{stem}.nii.gz", patient / f"{stem}_gt.nii.gz"


def set_header(path: Path, **fields: Any) -> None:
    """Write header fields as they are, whatever nibabel thinks of them."""
    content = bytearray(gzip.decompress(path.read_bytes()))
    header = np.frombuffer(content, header_dtype, count=1)
    for name, value in fields.items():
        header[name] = value
    path.write_bytes(gzip.compress(content, 1))


def set_sform(path: Path, matrix: np.ndarray, **fields: Any) -> None:
    """Write an sform alone, with the voxel sizes of the good files."""
    rows = {f"srow_{name}": row for name, row in zip("xyz", matrix, strict=False)}
    set_header(path, **rows, sform_code=1, qform_code=0, **fields)


def resave(path: Path, change: Callable[[np.ndarray], np.ndarray], matrix: Any = None) -> None:
    """Write the voxels again, changed."""
    save(path, change(np.asarray(nib.load(path).dataobj)), matrix)


def with_voxel(value: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return a change of one voxel."""

    def change(array: np.ndarray) -> np.ndarray:
        array = array.astype(np.float32)
        array[5, 5, 3] = value
        return array

    return change


def tilted(axis: int, value: float) -> np.ndarray:
    matrix = affine()
    matrix[axis] = value
    return matrix


def sheared() -> np.ndarray:
    matrix = affine((1.5, 1.5, 10.0))
    matrix[1, 2] = 5.0
    return matrix


def scaled(image: Path, mask: Path) -> None:
    set_header(image, scl_slope=3e38, scl_inter=0)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-12])


def damage_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-300:-200] = bytes(100)
    path.write_bytes(content)


def structured(path: Path) -> None:
    colours = np.zeros(SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")])
    nib.save(nib.Nifti1Image(colours, affine()), path)


def other_affine(by: float) -> np.ndarray:
    matrix = affine()
    matrix[0, 3] += by
    return matrix


def link(path: Path, target: Path | str) -> None:
    path.unlink()
    path.symlink_to(target)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def second_copy(image: Path, mask: Path) -> None:
    shutil.copytree(image.parent, image.parents[2] / "testing" / image.parent.name)


def conflicting(image: Path, mask: Path) -> None:
    file = nib.load(image)
    file.header.set_qform(affine(codes="RAS"), 1)
    nib.save(nib.Nifti1Image(np.asarray(file.dataobj), None, file.header), image)


def swap_bytes(image: Path, mask: Path) -> None:
    file = nib.load(image)
    header = file.header.as_byteswapped()
    nib.save(nib.Nifti1Image(np.asarray(file.dataobj), None, header), image)


def unoriented(image: Path, mask: Path) -> None:
    for path in (image, mask):
        set_header(path, sform_code=0, qform_code=0)


def clutter(image: Path, mask: Path) -> None:
    for path in (image, mask):
        path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7")
    image.with_name(".DS_Store").write_bytes(b"Bud1")
    image.with_name("notes about this patient.txt").write_text("nothing")
    image.parent.with_name("._patient001").write_bytes(b"\0\5\x16\7")
    image.parent.with_name("slides").mkdir()


def beside_itself(image: Path, mask: Path) -> None:
    image.rename(image.with_name("a b\u00e9\n.nii.gz"))
    image.symlink_to("a b\u00e9\n.nii.gz")
