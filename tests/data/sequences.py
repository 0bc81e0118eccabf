"""Small patients with two sequences, T2 and ADC, whose organ only the second shows well."""

import json
from collections.abc import Sequence
from pathlib import Path

import nibabel as nib
import numpy as np

AFFINE = np.diag([-1.0, -1.0, 4.0, 1.0])
SHAPE = (24, 20, 8)


def patient(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return T2, ADC and the mask of one patient, (X, Y, Z)."""
    rng = np.random.default_rng(number)
    mask = np.zeros(SHAPE, np.uint8)
    mask[8:16, 6:14, 1:7] = 1
    t2 = 100 + 20 * rng.normal(size=SHAPE) + 30.0 * mask
    adc = 2000 - 900.0 * mask + 50 * rng.normal(size=SHAPE)
    return t2.astype(np.float32), adc.astype(np.float32), mask


def save(path: Path, array: np.ndarray, affine: np.ndarray = AFFINE) -> Path:
    """Write a NIfTI file; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    return path


def write_nnunet(source: Path, count: int = 3, tests: Sequence[int] = ()) -> Path:
    """Write patients p_0, p_1, ... as nnU-Net keeps them; those of `tests` into imagesTs."""
    for number in (*range(count), *tests):
        t2, adc, mask = patient(number)
        part = "imagesTs" if number in tests else "imagesTr"
        save(source / part / f"p_{number}_0000.nii.gz", t2)
        save(source / part / f"p_{number}_0001.nii.gz", adc)
        if number not in tests:
            save(source / "labelsTr" / f"p_{number}.nii.gz", mask)
    index = {"channel_names": {"0": "T2", "1": "ADC"}, "numTraining": count}
    (source / "dataset.json").write_text(json.dumps({**index, "file_ending": ".nii.gz"}))
    return source


def write_decathlon(source: Path, count: int = 3) -> Path:
    """Write patients p_0, p_1, ... as the Decathlon does: 4-D files."""
    training = []
    for number in range(count):
        t2, adc, mask = patient(number)
        image, label = f"imagesTr/p_{number}.nii.gz", f"labelsTr/p_{number}.nii.gz"
        save(source / image, np.stack([t2, adc], axis=-1))
        save(source / label, mask)
        training.append({"image": f"./{image}", "label": f"./{label}"})
    index = {"modality": {"0": "T2", "1": "ADC"}, "training": training, "test": []}
    (source / "dataset.json").write_text(json.dumps(index))
    return source


def write_folders(source: Path, count: int = 3) -> Path:
    """Write patients 0, 1, ... into the folders t2, adc and masks."""
    for number in range(count):
        for name, array in zip(("t2", "adc", "masks"), patient(number), strict=True):
            save(source / name / f"{number}.nii.gz", array)
    return source
