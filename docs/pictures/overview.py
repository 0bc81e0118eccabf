"""Many volumes, one mask, masks of new volumes: what the package does in one picture."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure, SubFigure

from dscl_tf.data.grid import prepare_image, prepare_mask
from dscl_tf.evaluation.segmenter import Segmenter

from .phantom import Patient, show_slice

NEW = ("015", "016", "017", "018")  # test volumes of the phantom


def overview(patients: Mapping[str, Patient], segmenter: Segmenter) -> Figure:
    """Draw it; the masks on the right are the segmenter's."""
    figure = Figure(figsize=(9, 2.9), dpi=110)
    left, middle, right = figure.subfigures(1, 3, width_ratios=(4, 2.1, 3), wspace=0.04)
    many = [patients[f"{number:03d}"] for number in range(1, 13)]
    _grid(left, "1  Pre-train on volumes without masks", 3, 4, [(one, None) for one in many])
    labelled = patients["001"]
    _grid(middle, "2  Fine-tune on one mask", 1, 1, [(labelled, labelled.mask)])
    predicted = [(patients[name], predicted_mask(patients[name], segmenter)) for name in NEW]
    _grid(right, "3  Masks of new volumes", 2, 2, predicted)
    return figure


def predicted_mask(patient: Patient, segmenter: Segmenter) -> np.ndarray:
    """Return a mask on the training grid, (slices, rows, columns)."""
    predicted = segmenter.predict_file(patient.path)
    _, geometry = prepare_image(predicted.image, segmenter.data)
    return prepare_mask(predicted.mask, geometry)


def _grid(
    figure: SubFigure,
    title: str,
    rows: int,
    columns: int,
    shown: list[tuple[Patient, np.ndarray | None]],
) -> None:
    axes = figure.subplots(
        rows, columns, squeeze=False, gridspec_kw={"wspace": 0.05, "hspace": 0.05}
    )
    figure.subplots_adjust(left=0.01, right=0.99, top=0.88, bottom=0.01)
    figure.suptitle(title, fontsize=10)
    for one, (patient, mask) in zip(axes.flat, shown, strict=True):
        middle = len(patient.slices) // 2
        show_slice(one, patient.slices[middle], None if mask is None else mask[middle])
