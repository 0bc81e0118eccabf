"""Broken and odd inputs: each case damages one volume of an otherwise good folder.

`DAMAGED` breaks a rule in one volume, `ODD` looks broken and is not, `SOURCES` are folders that
hold no data set at all. All start from `damage.write_source`.
"""

import gzip
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.data.damage import (
    BAD,
    beside_itself,
    clutter,
    conflicting,
    damage_bytes,
    link,
    other_affine,
    paths,
    replace_by_folder,
    resave,
    scaled,
    second_copy,
    set_header,
    set_sform,
    sheared,
    structured,
    swap_bytes,
    tilted,
    truncate,
    unoriented,
    with_voxel,
)
from tests.data.files import affine


@dataclass(frozen=True)
class Case:
    """One way to go wrong.

    Attributes:
        name: what is wrong, in words.
        damage: does it, given the paths of image and mask.
        message: a regular expression for what follows "image: ", "mask: " or another file's name.
        file: the file that the message names: image, mask, or its name.
    """

    name: str
    damage: Callable[[Path, Path], Any]
    message: str = ""
    file: str = "image"

    def line(self, image: Path, mask: Path) -> str:
        """Return the regular expression for the whole message."""
        path = {"image": image, "mask": mask}.get(self.file, image.parent / self.file)
        return f"{re.escape(str(path))}: {self.message}"


READ = "cannot be read as NIfTI: "
DAMAGED = [
    Case("truncated gzip", lambda i, m: truncate(i), READ + ".*end-of-stream.*"),
    Case("truncated mask", lambda i, m: truncate(m), READ + ".*end-of-stream.*", "mask"),
    Case("damaged bytes", lambda i, m: damage_bytes(i), READ + ".+"),
    Case("zero bytes", lambda i, m: i.write_bytes(b""), READ + "Empty file: .*"),
    Case("text named .nii.gz", lambda i, m: i.write_text("a scan"), READ + ".*[Nn]ot a gzip.*"),
    Case(
        "gzip of text",
        lambda i, m: i.write_bytes(gzip.compress(b"no NIfTI" * 99)),
        READ + "Cannot work out file type .*",
    ),
    Case(
        "wrong magic",
        lambda i, m: set_header(i, magic=b"xyz"),
        READ + "Cannot work out file type .*",
    ),
    Case(
        "fewer bytes than announced",
        lambda i, m: i.write_bytes(gzip.compress(gzip.decompress(i.read_bytes())[:-7])),
        r"must hold the 1792 bytes that its header announces for shape \(12, 10, 6\), got 1785",
    ),
    Case(
        "dimensions of terabytes",
        lambda i, m: set_header(i, dim=[3, 32767, 32767, 32767, 1, 1, 1, 1]),
        r"must hold the 70362301923678 bytes .* shape \(32767, 32767, 32767\), got 1792",
    ),
    Case(
        "a negative dimension",
        lambda i, m: set_header(i, dim=[3, 12, -10, 6, 1, 1, 1, 1]),
        r"must hold a voxel along each axis, got shape \(12, -10, 6\)",
    ),
    Case(
        "9 dimensions",
        lambda i, m: set_header(i, dim=[9, 12, 10, 6, 1, 1, 1, 1]),
        READ + ".+",
    ),
    Case("2-D", lambda i, m: resave(i, lambda a: a[..., 0]), r"must be 3-D, got shape \(12, 10\)"),
    Case(
        "4-D",
        lambda i, m: resave(i, lambda a: a.reshape(12, 10, 3, 2)),
        r"must be 3-D, or data.channel must name .* got shape \(12, 10, 3, 2\)",
    ),
    Case(
        "zero voxel size",
        lambda i, m: set_header(i, pixdim=[1, 0, 1.5, 10, 0, 0, 0, 0]),
        "voxel sizes must be alike .* got 0 x 1.5 x 10 mm and 1.5 x 1.5 x 10 mm",
    ),
    Case(
        "negative voxel size",
        lambda i, m: set_header(i, pixdim=[1, 1.5, -1.5, 10, 0, 0, 0, 0]),
        "voxel sizes must be alike .* got 1.5 x -1.5 x 10 mm and 1.5 x 1.5 x 10 mm",
    ),
    Case(
        "NaN voxel size",
        lambda i, m: set_header(i, pixdim=[1, 1.5, np.nan, 10, 0, 0, 0, 0]),
        "voxel sizes must be alike .* got 1.5 x nan x 10 mm and 1.5 x 1.5 x 10 mm",
    ),
    Case(
        "voxels of nanometres",
        lambda i, m: resave(i, lambda a: a, affine((1e-6, 1e-6, 1e-6))),
        "voxel sizes must lie between 0.001 and 1000 mm, got 1e-06 x 1e-06 x 1e-06 mm",
    ),
    Case(
        "NaN in the affine",
        lambda i, m: set_sform(i, tilted(1, np.nan)),
        r"the affine must be finite, got .*nan.*",
    ),
    Case(
        "infinite origin",
        lambda i, m: set_sform(i, other_affine(np.inf)),
        r"the affine must be finite, got .*inf.*",
    ),
    Case(
        "singular affine",
        lambda i, m: set_sform(i, tilted(1, 0.0)),
        r"the affine must be invertible, got \[\[-1.5, .*\], \[0.0, 0.0, 0.0\], .*\]",
    ),
    Case(
        "sheared affine",
        lambda i, m: set_sform(i, sheared()),
        r"the voxel axes must be at right angles \(cosine at most 0.001\), got 0.447",
    ),
    Case(
        "qform against sform",
        conflicting,
        "qform and sform must point each axis the same way .* got 180 degrees between them",
    ),
    Case(
        "micrometres",
        lambda i, m: set_header(i, xyzt_units=3),
        r"the spatial unit must be mm \(code 2\), got code 3",
    ),
    Case("complex voxels", lambda i, m: resave(i, np.complex64), ".*real numbers, got complex64"),
    Case("colours", lambda i, m: structured(i), r"voxels must be real numbers, got \[\('R'.*"),
    Case(
        "NaN voxel",
        lambda i, m: resave(i, with_voxel(np.nan)),
        "intensities must be finite, got 1 NaN or infinite voxels",
    ),
    Case(
        "infinite voxel",
        lambda i, m: resave(i, with_voxel(np.inf)),
        "intensities must be finite, got 1 NaN or infinite voxels",
    ),
    Case("scaled beyond 32 bits", scaled, "intensities must be finite, got 71. NaN or inf.*"),
    Case(
        "constant image",
        lambda i, m: resave(i, lambda a: np.full_like(a, 7)),
        "intensities must vary, got 7 in every voxel",
    ),
    Case(
        "equal percentiles",
        lambda i, m: resave(i, lambda a: with_voxel(9)(0 * a)),
        "percentiles 1 and 99 of the intensities must differ, got 0 for both",
    ),
    Case(
        "empty mask",
        lambda i, m: resave(m, lambda a: 0 * a),
        "a mask must label at least one voxel, got only background; remove it to use .*",
        "mask",
    ),
    Case(
        "mask of another shape",
        lambda i, m: resave(m, lambda a: a[:-1]),
        r"must have the shape of patient002_frame01.nii.gz, \(12, 10, 6\), got \(11, 10, 6\)",
        "mask",
    ),
    Case(
        "mask of another place",
        lambda i, m: resave(m, lambda a: a, other_affine(3.0)),
        "the affine must agree with that of .* within 0.1 of a voxel at the volume's corners, "
        "got a shift of 2",
        "mask",
    ),
    Case(
        "unknown label",
        lambda i, m: resave(m, with_voxel(7)),
        "labels must be among 0, 1, 2, 3, got 7",
        "mask",
    ),
    Case(
        "half a label",
        lambda i, m: resave(m, with_voxel(2.5)),
        "labels must be among 0, 1, 2, 3, got 2.5",
        "mask",
    ),
    Case(
        "negative label",
        lambda i, m: resave(m, with_voxel(-1)),
        "labels must be among 0, 1, 2, 3, got -1",
        "mask",
    ),
    Case(
        "NaN label",
        lambda i, m: resave(m, with_voxel(np.nan)),
        "labels must be among 0, 1, 2, 3, got nan",
        "mask",
    ),
    Case("mask without image", lambda i, m: i.unlink(), "the end-diastolic frame .* is missing"),
    Case(
        "dangling link",
        lambda i, m: link(i, "nowhere.nii.gz"),
        "must be a NIfTI file, got a link to nowhere.nii.gz that leads nowhere",
    ),
    Case(
        "dangling link to the mask",
        lambda i, m: link(m, "nowhere.nii.gz"),
        "must be a NIfTI file, got a link to nowhere.nii.gz that leads nowhere",
        "mask",
    ),
    Case(
        "link to itself",
        lambda i, m: link(i, i.name),
        "must be a NIfTI file, got a link to patient002_frame01.nii.gz that leads nowhere",
    ),
    Case(
        "folder in the image's place",
        lambda i, m: replace_by_folder(i),
        "must hold one DICOM series, got none",
    ),
    Case(
        "pipe in the image's place",
        lambda i, m: (i.unlink(), os.mkfifo(i)),
        "must be a NIfTI file, got a device or pipe",
    ),
    Case(
        "no Info.cfg",
        lambda i, m: i.with_name("Info.cfg").unlink(),
        "cannot be read: No such file or directory",
        "Info.cfg",
    ),
    Case(
        "Info.cfg in Latin-1",
        lambda i, m: i.with_name("Info.cfg").write_bytes(b"Group: \xe9\nED: 1\n"),
        "cannot be read: 'utf-8' codec .*",
        "Info.cfg",
    ),
]

ODD = [
    Case("other byte order", swap_bytes),
    Case("no orientation", unoriented),
    Case("files that are no volumes", clutter),
    Case("labels stored as float", lambda i, m: resave(m, np.float32)),
    Case("a link to a name with spaces, accents and a new line", beside_itself),
    Case("without a mask", lambda i, m: m.unlink()),
    Case("a single slice", lambda i, m: [resave(path, lambda a: a[..., 3:4]) for path in (i, m)]),
    Case("a single column", lambda i, m: [resave(path, lambda a: a[:, 4:5]) for path in (i, m)]),
]

# These make a source from the folder of good volumes; the message names the source.
SOURCES: list[tuple[str, Callable[[Path], Any], str]] = [
    ("no such folder", shutil.rmtree, "must be a folder in the ACDC layout, got no such folder"),
    (
        "an empty folder",
        lambda folder: shutil.rmtree(folder / "training"),
        "must hold folders training/patientNNN, got none",
    ),
    (
        "a file",
        lambda folder: (shutil.rmtree(folder), folder.write_text("zip")),
        "must be a folder in the ACDC layout, got a file",
    ),
    (
        "a link to itself",
        lambda folder: (shutil.rmtree(folder), folder.symlink_to(folder.name)),
        "must be a folder in the ACDC layout, got no such folder",
    ),
    (
        "the same patient twice",
        lambda folder: second_copy(*paths(folder, BAD)),
        "volume ids must differ, got twice 002",
    ),
]
