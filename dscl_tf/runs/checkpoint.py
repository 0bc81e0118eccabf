"""Exact checkpoints (all variables of networks and optimiser, the step), and the best weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np

from dscl_tf.errors import DataError
from dscl_tf.models.weights import transfer_weights, weights_of
from dscl_tf.runs.run import Run

NAME = "checkpoint"
STATE = "state/"


@dataclass(frozen=True)
class Best:
    """What best.npz holds: the weights that scored highest on the validation volumes.

    Attributes:
        step: the steps done when they scored.
        dice: their score.
        weights: by variable path.
    """

    step: int
    dice: float
    weights: dict[str, np.ndarray]


def save_best(run: Run, network: keras.Model, step: int, dice: float) -> None:
    """Write best.npz: the weights of `network` with their step and score, in one file.

    So a kill between two files cannot leave weights with the score of others.
    """
    run.save_arrays("best", {**weights_of(network), f"{STATE}step": step, f"{STATE}dice": dice})


def load_best(run: Run) -> Best:
    """Read best.npz.

    Raises:
        DataError: the file is missing, damaged or of an earlier version.
    """
    arrays = run.load_arrays("best")
    try:
        step, dice = (arrays.pop(f"{STATE}{key}").item() for key in ("step", "dice"))
    except KeyError as error:
        raise DataError(f"{run.path / 'best.npz'}: must hold {error.args[0]}") from error
    return Best(step, dice, arrays)


def save_checkpoint(
    run: Run, model: keras.Model, networks: Mapping[str, keras.Model], step: int
) -> None:
    """Write the state that `restore_checkpoint` reads; a kill meanwhile leaves the former one.

    ::

        save_checkpoint(run, model, model.networks, step=100)

    Args:
        run: where to write.
        model: the compiled model; its optimiser is saved.
        networks: the networks whose weights are saved, by name.
        step: the steps done.
    """
    arrays = {
        f"{name}/{path}": array
        for name, network in networks.items()
        for path, array in weights_of(network).items()
    }
    for number, variable in enumerate(model.optimizer.variables):
        arrays[f"optimizer/{number:04d}"] = keras.ops.convert_to_numpy(variable)
    run.save_arrays(NAME, {**arrays, f"{STATE}step": step})


def restore_checkpoint(
    run: Run, model: keras.Model, networks: Mapping[str, keras.Model]
) -> int | None:
    """Load weights and optimiser; return the steps done, None without a checkpoint.

    Args:
        run: where to read.
        model: the compiled model; its optimiser takes the saved state.
        networks: the networks that take the saved weights, by name.

    Raises:
        DataError: the checkpoint is damaged or belongs to another model.
    """
    if not (run.path / f"{NAME}.npz").is_file():
        return None
    parts: dict[str, dict[str, np.ndarray]] = {
        name: {} for name in (*networks, "optimizer", "state")
    }
    for key, array in run.load_arrays(NAME).items():
        part, _, name = key.partition("/")
        parts[part][name] = array
    source = str(run.path / f"{NAME}.npz")
    for name, network in networks.items():
        transfer_weights(network, parts[name], source=source)
    variables = model.optimizer.variables
    saved = [parts["optimizer"][name] for name in sorted(parts["optimizer"])]
    if [tuple(v.shape) for v in variables] != [array.shape for array in saved]:
        raise DataError(f"{source}: the optimiser's state does not fit the model")
    for variable, array in zip(variables, saved, strict=True):
        variable.assign(array)
    return int(parts["state"]["step"])
