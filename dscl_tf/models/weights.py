"""Weights by name: a model's arrays, and their strict transfer from one model to another."""

from collections.abc import Mapping, Sequence

import keras
import numpy as np

from dscl_tf.errors import DataError

Weights = Mapping[str, np.ndarray]


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """Return every variable of the model, moving statistics included, by path.

    Example:
        >>> features = keras.Input((3,))
        >>> head = keras.layers.Dense(2, use_bias=False, name="head")
        >>> model = keras.Model(features, head(features))
        >>> {path: array.shape for path, array in weights_of(model).items()}
        {'head/kernel': (3, 2)}
    """
    return {variable.path: keras.ops.convert_to_numpy(variable) for variable in model.variables}


def transfer_weights(
    model: keras.Model,
    weights: Weights,
    *,
    source: str,
    new: Sequence[str] = (),
    dropped: Sequence[str] = (),
) -> None:
    """Load weights by name; whatever differs and was not announced is an error.

    Args:
        model: receives the weights.
        weights: arrays by variable path, as `weights_of` gives.
        source: where they come from, for the message.
        new: prefixes of the model's variables that keep their initial values.
        dropped: prefixes of weights that the model does not take.

    Raises:
        DataError: lists every weight that is missing, left over or of another shape; the model is
            unchanged.

    Example:
        >>> from dscl_tf.models import encoder, unet
        >>> pretrained = encoder((16, 16, 1), filters=(4, 8))
        >>> model = unet((16, 16, 1), classes=2, filters=(4, 8), seed=2)
        >>> transfer_weights(
        ...     model, weights_of(pretrained), source="e", new=["decoder_", "segmentation_"]
        ... )
        >>> path = "encoder_block1_conv1/kernel"
        >>> np.array_equal(weights_of(model)[path], weights_of(pretrained)[path])
        True
    """
    shapes = {path: array.shape for path, array in weights.items()}
    for variable in check_weights(model, shapes, source=source, new=new, dropped=dropped):
        variable.assign(weights[variable.path])


def check_weights(
    model: keras.Model,
    shapes: Mapping[str, tuple[int, ...]],
    *,
    source: str,
    new: Sequence[str] = (),
    dropped: Sequence[str] = (),
) -> list[keras.Variable]:
    """Check that weights of these shapes, by variable path, fit a model.

    The other arguments and the errors are those of `transfer_weights`.

    Returns:
        the variables that take them.
    """
    targets = {v.path: v for v in model.variables if not v.path.startswith(tuple(new))}
    offered = {path: tuple(s) for path, s in shapes.items() if not path.startswith(tuple(dropped))}
    problems = [f"missing {path}" for path in targets if path not in offered]
    problems += [f"left over {path}" for path in offered if path not in targets]
    problems += [
        f"{path} has shape {offered[path]}, the model needs {tuple(variable.shape)}"
        for path, variable in targets.items()
        if path in offered and offered[path] != tuple(variable.shape)
    ]
    if problems:
        raise DataError(f"{source}: weights do not fit the model: {'; '.join(problems)}")
    return list(targets.values())
