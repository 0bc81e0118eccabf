"""A run's weights.npz into a model; shapes are compared before any array is read."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from dscl_tf.files import what_is_at
from dscl_tf.models.weights import check_weights, transfer_weights
from dscl_tf.runs.run import Run


def load_weights(
    model: keras.Model,
    run: Run,
    *,
    new: Sequence[str] = (),
    dropped: Sequence[str] = (),
    only: str = "",
) -> None:
    """Load the weights of a run by name; whatever differs and was not announced is an error.

    Args:
        model: receives the weights.
        run: holds weights.npz.
        new: as in `transfer_weights`.
        dropped: likewise.
        only: prefix of the weights to take; the others are dropped too.

    Raises:
        DataError: the file is missing or damaged, or lists every weight that is missing, left over
            or of another shape; the model is unchanged.
    """
    path = run.path / "weights.npz"
    if shapes := npz_shapes(path):
        offered = {name: shape for name, shape in shapes.items() if name.startswith(only)}
        check_weights(model, offered, source=str(path), new=new, dropped=dropped)
    weights = {
        name: array for name, array in run.load_arrays("weights").items() if name.startswith(only)
    }
    transfer_weights(model, weights, source=str(path), new=new, dropped=dropped)


def npz_shapes(path: Path) -> dict[str, tuple[int, ...]] | None:
    """Return the shapes of the arrays of a .npz file from their headers alone.

    None where that cannot be told: whoever reads the arrays then says what is wrong.
    """
    if what_is_at(path) != "a file":
        return None
    shapes = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    version = np.lib.format.read_magic(file)
                    read = np.lib.format.read_array_header_1_0
                    if version != (1, 0):
                        read = np.lib.format.read_array_header_2_0
                    shapes[member.filename.removesuffix(".npy")] = read(file)[0]
    except Exception:  # zipfile and NumPy pass on what damaged files bring about
        return None
    return shapes
