"""Small volumes to make stores of, and ways to change them and to look at stores."""

import json

import nibabel as nib
import numpy as np

from dscl_tf.data.layouts import Case
from dscl_tf.readers.npz_file import read_npz, write_npz
from tests.data.files import affine, ramp, save


def cases(folder):
    """Two labelled volumes of 4 and 5 slices, turned unlike, and one without a mask."""
    made = []
    for id, depth, codes in (("b", 4, "LPS"), ("a", 5, "ARI"), ("c", 3, "LPS")):
        image = ramp((9, 7, depth))
        path = save(folder / f"{id}.nii.gz", image, affine(codes=codes))
        mask = None
        if id != "c":
            labels = (image % 3).astype(np.uint8)
            mask = save(folder / f"{id}_gt.nii.gz", labels, affine(codes=codes))
        made.append(Case(id, path, mask))
    return made


def change_index(store, change):
    index = json.loads((store / "index.json").read_text())
    change(index)
    (store / "index.json").write_text(json.dumps(index))


def columns(store):
    return next(store.glob("index-*.npz"))


def change_columns(store, change):
    arrays = read_npz(columns(store))
    change(arrays)
    with columns(store).open("wb") as file:
        write_npz(file, arrays)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())}


def damage(case):
    """Give the mask a label that is no class."""
    array = np.full(nib.load(case.mask).shape, 9, np.uint8)
    nib.save(nib.Nifti1Image(array, nib.load(case.mask).affine), case.mask)


def new_mask(listed):
    save(listed[1].mask, np.ones((9, 7, 5), np.uint8), affine(codes="ARI"))
    return listed
