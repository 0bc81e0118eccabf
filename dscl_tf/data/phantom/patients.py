"""The phantom's volumes: synthetic short-axis cardiac MR with exact masks, in the ACDC layout."""

import logging
from pathlib import Path

import nibabel as nib
import numpy as np

from dscl_tf.data.io.nifti import write_nifti
from dscl_tf.data.phantom.draw_anatomy import draw_anatomy
from dscl_tf.files import atomic_directory

logger = logging.getLogger(__name__)


def write_phantom(
    directory: str | Path,
    patients: int = 40,
    seed: int = 0,
) -> int:
    """Write `patients` labelled volumes: 1 right ventricle, 2 myocardium, 3 left ventricle.

    A patient's files are a pure function of `seed` and its number, byte for byte. Patients whose
    folders exist already stay as they are.

    Args:
        directory: the folders `training/patientNNN` in it appear whole or not at all.
        patients: how many, numbered from 001.
        seed: another seed gives other patients.

    Returns:
        how many were written.

    Raises:
        DataError: `directory` cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_phantom(folder, patients=2), write_phantom(folder, patients=3)
    (2, 1)
    """
    written = 0
    for number in range(1, patients + 1):
        place = _patient_folder(directory, number)
        if place.exists():
            continue
        with atomic_directory(place) as folder:
            _write_patient(folder, seed, number)
        written += 1
        logger.debug(f"{number:03d}: written ({number}/{patients})")
    return written


def _patient_folder(directory: str | Path, number: int) -> Path:
    return Path(directory, "training", f"patient{number:03d}")


def _write_patient(folder: Path, seed: int, number: int) -> None:
    rng = np.random.default_rng([seed, number])
    image, mask, affine = draw_patient(rng)
    frame = int(rng.choice([1, 1, 1, 4, 12]))  # most ACDC series start at end-diastole, not all
    (folder / "Info.cfg").write_text(f"ED: {frame}\nES: {frame + 9}\nGroup: phantom\n")
    for array, ending in ((image, ""), (mask, "_gt")):
        nifti = nib.Nifti1Image(array, affine)
        nifti.header.set_xyzt_units("mm")
        name = f"patient{number:03d}_frame{frame:02d}{ending}.nii.gz"
        write_nifti(folder / name, nifti, compression=1)


def draw_patient(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw one patient's volume.

    Returns:
        image (X, Y, Z) int16, mask (X, Y, Z) uint8, affine (4, 4) of an "LPS" array in mm.

    >>> image, mask, affine = draw_patient(np.random.default_rng(0))
    >>> image.shape == mask.shape, np.unique(mask)
    (True, array([0, 1, 2, 3], dtype=uint8))
    """
    spacing, thickness = rng.uniform(1.2, 1.8), rng.uniform(8, 10)
    plane = [int(np.clip(round(mm / spacing), 96, 144)) for mm in rng.uniform(165, 215, 2)]
    depth = int(rng.integers(8, 15))
    x, y = ((np.arange(side, dtype=np.float32) - (side - 1) / 2) * spacing for side in plane)
    grid = np.meshgrid(x, y, indexing="ij")
    brightness, mask = draw_anatomy(rng, spacing).render(grid[0], grid[1], depth)
    field = _bias_field(rng, grid[0], grid[1])[..., None]
    scale = rng.uniform(150, 1200)
    image = np.rint(_rician(rng, brightness * field, rng.uniform(0.02, 0.05)) * scale)
    affine = np.diag([-spacing, -spacing, thickness, 1.0])
    return image.astype(np.int16), mask, affine


def _bias_field(rng: np.random.Generator, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the coils' sensitivity: the exponential of a random quadratic, mean about 1."""
    u, v = x / 100, y / 100
    terms = np.stack([u, v, u * u, v * v, u * v])
    return np.exp(np.tensordot(rng.normal(0, 0.22, 5).astype(np.float32), terms, 1))


def _rician(rng: np.random.Generator, signal: np.ndarray, sigma: float) -> np.ndarray:
    """Add the noise of a magnitude image (Gudbjartsson and Patz 1995)."""
    real = signal + sigma * rng.standard_normal(signal.shape, np.float32)
    return np.hypot(real, sigma * rng.standard_normal(signal.shape, np.float32))
