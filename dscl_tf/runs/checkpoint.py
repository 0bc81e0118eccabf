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
    source = str(run.path / "best.npz")
    state = {key: arrays.pop(f"{STATE}{key}", None) for key in ("step", "dice")}
    dice = _number(state["dice"], "dice", source)
    return Best(_whole_number(state["step"], source), float(dice), arrays)


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
    run: Run, model: keras.Model, networks: Mapping[str, keras.Model], *, steps: int | None = None
) -> int | None:
    """Load weights and optimiser; return the steps done, None without a checkpoint.

    Args:
        run: where to read.
        model: the compiled model; its optimiser takes the saved state.
        networks: the networks that take the saved weights, by name.
        steps: those of the whole training, if there is a limit.

    Raises:
        DataError: the checkpoint is damaged, belongs to another model, or was saved after more than
            `steps`; the model may have taken some of the weights.
    """
    if not (run.path / f"{NAME}.npz").is_file():
        return None
    parts: dict[str, dict[str, np.ndarray]] = {
        name: {} for name in (*networks, "optimizer", "state")
    }
    source = str(run.path / f"{NAME}.npz")
    for key, array in run.load_arrays(NAME).items():
        part, _, name = key.partition("/")
        if part not in parts:
            raise DataError(f"{source}: must hold {', '.join(parts)} alone, got {key:.80}")
        parts[part][name] = array
    step = _whole_number(parts["state"].get("step"), source)
    if steps is not None and step > steps:
        raise DataError(f"{source}: {STATE}step must be at most the {steps} of the run, got {step}")
    for name, network in networks.items():
        transfer_weights(network, parts[name], source=source)
    variables = model.optimizer.variables
    saved = [parts["optimizer"][name] for name in sorted(parts["optimizer"])]
    if [tuple(v.shape) for v in variables] != [array.shape for array in saved]:
        raise DataError(f"{source}: the optimiser's state does not fit the model")
    for variable, array in zip(variables, saved, strict=True):
        variable.assign(array)
    return step


def _number(array: np.ndarray | None, key: str, source: str) -> int | float:
    """Return the number of `state/KEY`."""
    if array is None:
        raise DataError(f"{source}: must hold {STATE}{key}")
    if array.size != 1:
        raise DataError(f"{source}: {STATE}{key} must be one number, got {array.size}")
    return array.item()


def _whole_number(array: np.ndarray | None, source: str) -> int:
    step = _number(array, "step", source)
    if step != int(step) or step < 0:
        raise DataError(f"{source}: {STATE}step must be a whole number from 0, got {step}")
    return int(step)
