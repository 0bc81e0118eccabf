"""Exact checkpoints (all variables of networks and optimiser, the step), and the best weights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import keras
import numpy as np

from dscl_tf.errors import DataError
from dscl_tf.models.weights import check_weights, transfer_weights, weights_of
from dscl_tf.readers.npy_header import ArrayHeader
from dscl_tf.runs.run import Run

NAME = "checkpoint"
STATE = "state/"

Shape = tuple[int, ...]
Value = TypeVar("Value")


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


def load_best(run: Run, network: keras.Model) -> Best:
    """Read best.npz.

    Args:
        run: where to read.
        network: what the weights must fit; it stays as it is.

    Raises:
        DataError: the file is missing, damaged or of an earlier version, or holds the weights of
            another network.
    """
    source = str(run.path / "best.npz")

    def fitting(headers: Mapping[str, ArrayHeader]) -> list[str]:
        shapes = {name: each.shape for name, each in headers.items()}
        for key in ("step", "dice"):
            _check_number(shapes.pop(f"{STATE}{key}", None), key, source)
        check_weights(network, shapes, source=source)
        return list(headers)

    arrays = run.load_arrays("best", fitting)
    step, dice = (arrays.pop(f"{STATE}{key}") for key in ("step", "dice"))
    return Best(_whole_number(step, source), float(dice.item()), arrays)


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
    source = str(run.path / f"{NAME}.npz")

    def fitting(headers: Mapping[str, ArrayHeader]) -> list[str]:
        shapes = {name: each.shape for name, each in headers.items()}
        _check_shapes(_parts(shapes, networks, source), model, networks, source)
        return list(headers)

    parts = _parts(run.load_arrays(NAME, fitting), networks, source)
    step = _whole_number(parts["state"]["step"], source)
    if steps is not None and step > steps:
        raise DataError(f"{source}: {STATE}step must be at most the {steps} of the run, got {step}")
    for name, network in networks.items():
        transfer_weights(network, parts[name], source=source)
    saved = [parts["optimizer"][name] for name in sorted(parts["optimizer"])]
    for variable, array in zip(model.optimizer.variables, saved, strict=True):
        variable.assign(array)
    return step


def _parts(
    values: Mapping[str, Value], networks: Mapping[str, keras.Model], source: str
) -> dict[str, dict[str, Value]]:
    """Return what belongs to each network, the optimiser and the state."""
    parts: dict[str, dict[str, Value]] = {name: {} for name in (*networks, "optimizer", "state")}
    for key, value in values.items():
        part, _, name = key.partition("/")
        if part not in parts:
            raise DataError(f"{source}: must hold {', '.join(parts)} alone, got {key:.80}")
        parts[part][name] = value
    return parts


def _check_shapes(
    parts: Mapping[str, dict[str, Shape]],
    model: keras.Model,
    networks: Mapping[str, keras.Model],
    source: str,
) -> None:
    """Check that arrays of these shapes are the state of the networks and the optimiser."""
    for key, shape in {"step": None, **parts["state"]}.items():
        _check_number(shape, key, source)
    for name, network in networks.items():
        check_weights(network, parts[name], source=source)
    saved = [parts["optimizer"][name] for name in sorted(parts["optimizer"])]
    if [tuple(variable.shape) for variable in model.optimizer.variables] != saved:
        raise DataError(f"{source}: the optimiser's state does not fit the model")


def _check_number(shape: Shape | None, key: str, source: str) -> None:
    """Check that `state/KEY` is there and one number."""
    if shape is None:
        raise DataError(f"{source}: must hold {STATE}{key}")
    if (size := math.prod(shape)) != 1:
        raise DataError(f"{source}: {STATE}{key:.80} must be one number, got {size}")


def _whole_number(array: np.ndarray, source: str) -> int:
    step = array.item()
    if step != int(step) or step < 0:
        raise DataError(f"{source}: {STATE}step must be a whole number from 0, got {step}")
    return int(step)
