"""A run's weights.npz into a model; names and shapes are compared before any array is read."""

from collections.abc import Mapping, Sequence

import keras

from dscl_tf.models.weights import check_weights, transfer_weights
from dscl_tf.readers.npy_header import ArrayHeader
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
        dropped: likewise; these arrays are not read.
        only: prefix of the weights to take; the others are dropped too.

    Raises:
        DataError: the file is missing or damaged, or lists every weight that is missing, left over
            or of another shape; the model is unchanged.
    """
    source = str(run.path / "weights.npz")

    def fitting(headers: Mapping[str, ArrayHeader]) -> list[str]:
        shapes = {name: each.shape for name, each in headers.items() if name.startswith(only)}
        variables = check_weights(model, shapes, source=source, new=new, dropped=dropped)
        return [variable.path for variable in variables]

    weights = run.load_arrays("weights", fitting)
    transfer_weights(model, weights, source=source, new=new)
