"""Slices of the phantom, as the figures show them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from dscl_tf.config import load_config
from dscl_tf.data.grid import prepare_image, prepare_mask
from dscl_tf.data.io import read_image, read_mask
from dscl_tf.data.phantom import phantom_cases
from dscl_tf.evaluation.palette import PALETTE


@dataclass(frozen=True, eq=False)
class Patient:
    """A volume on the training grid.

    Attributes:
        path: its file.
        slices: (slices, rows, columns) normalised intensities.
        mask: (slices, rows, columns) class numbers.
    """

    path: Path
    slices: np.ndarray
    mask: np.ndarray


def draw_patients(folder: Path) -> dict[str, Patient]:
    """Write the phantom's volumes into a folder, and return them by id."""
    config = load_config("phantom")
    patients = {}
    for case in phantom_cases(config, folder):
        image = read_image(case.image, config.data)
        slices, geometry = prepare_image(image, config.data)
        mask = prepare_mask(read_mask(case.mask, image, config.data), geometry)
        patients[case.id] = Patient(case.image, slices[..., 0], mask)
    return patients


def show_slice(axes: Axes, image: np.ndarray, mask: np.ndarray | None = None) -> None:
    """Show a slice (rows, columns) as radiologists look at it, with a mask's classes in colour."""
    colour = np.repeat(np.clip(image, 0, 1)[..., None], 3, axis=-1)  # (rows, columns, 3)
    for number, name in enumerate(PALETTE, start=1):
        if mask is not None:
            inside = mask == number
            colour[inside] = 0.45 * colour[inside] + 0.55 * np.array(to_rgb(name))
    axes.imshow(colour.transpose(1, 0, 2), interpolation="nearest")  # rows of the grid go left
    axes.set(xticks=[], yticks=[])
