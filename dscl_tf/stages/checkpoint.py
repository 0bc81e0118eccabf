"""Exact checkpoints: all variables of networks and optimiser, the step, the best validation."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from dscl_tf.errors import DataError
from dscl_tf.models.weights import hand_over, weights_of
from dscl_tf.stages.run_directory import Run

NAME = "checkpoint"


def save_checkpoint(
    run: Run, model: keras.Model, networks: Mapping[str, keras.Model], **state: float
) -> None:
    """Write the state that `restore_checkpoint` reads; atomic, so a kill leaves the former one.

    Args:
        run: where to write.
        model: the compiled model; its optimiser is saved.
        networks: those whose weights are saved, by name.
        state: numbers to keep beside them, among them `step`, the steps done.
    """
    arrays = {
        f"{name}/{path}": array
        for name, network in networks.items()
        for path, array in weights_of(network).items()
    }
    for number, variable in enumerate(model.optimizer.variables):
        arrays[f"optimizer/{number:04d}"] = keras.ops.convert_to_numpy(variable)
    arrays |= {f"state/{key}": np.asarray(value) for key, value in state.items()}
    run.save_arrays(NAME, arrays)


def restore_checkpoint(
    run: Run, model: keras.Model, networks: Mapping[str, keras.Model]
) -> dict[str, Any]:
    """Load weights and optimiser; return the numbers saved beside them, `{}` without a checkpoint.

    Raises:
        DataError: the checkpoint is damaged or belongs to another model.
    """
    if not (run.path / f"{NAME}.npz").is_file():
        return {}
    parts: dict[str, dict[str, np.ndarray]] = {
        name: {} for name in (*networks, "optimizer", "state")
    }
    for key, array in run.load_arrays(NAME).items():
        part, _, name = key.partition("/")
        parts[part][name] = array
    source = str(run.path / f"{NAME}.npz")
    for name, network in networks.items():
        hand_over(network, parts[name], source=source)
    variables = model.optimizer.variables
    saved = [parts["optimizer"][name] for name in sorted(parts["optimizer"])]
    if [tuple(v.shape) for v in variables] != [array.shape for array in saved]:
        raise DataError(f"{source}: the optimiser's state does not fit the model")
    for variable, array in zip(variables, saved, strict=True):
        variable.assign(array)
    return {key: array.item() for key, array in parts["state"].items()}
