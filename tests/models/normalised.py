"""A small network with batch normalisation, trained alike by Keras's parts and by others."""

from typing import Any

import keras
import numpy as np

STEPS = 20


def network(normalisation: type[keras.layers.Layer]) -> keras.Model:
    """Return two units and a convolution, of the same initial weights at every call."""
    keras.utils.set_random_seed(1)
    x = image = keras.Input((8, 8, 1))
    for number in (1, 2):
        convolution = keras.layers.Conv2D(4, 3, padding="same", use_bias=False, name=f"c{number}")
        x = keras.layers.ReLU(name=f"r{number}")(
            normalisation(momentum=0.9, name=f"n{number}")(convolution(x))
        )
    return keras.Model(image, keras.layers.Conv2D(2, 1, name="out")(x))


def batch(step: int, rows: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return images (rows, 8, 8, 1) that are not centred, and targets (rows, 8, 8, 2)."""
    images = np.random.default_rng(step).normal(1, 2, (rows, 8, 8, 1)).astype("float32")
    return images, np.concatenate([np.sin(images), np.abs(images)], axis=-1)


def train(model: keras.Model, first: int = 0, steps: int = STEPS) -> None:
    """Train a compiled model on the batches `first`, `first + 1`, ..."""
    for step in range(first, first + steps):
        model.train_on_batch(*batch(step))


def trained(
    normalisation: type[keras.layers.Layer],
    optimizer: keras.optimizers.Optimizer,
    jit_compile: bool = False,
    policy: str = "float32",
) -> dict[str, np.ndarray]:
    """Return the variables of network and optimiser after `STEPS` steps, by path or number."""
    former = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = network(normalisation)
        model.compile(optimizer, "mse", jit_compile=jit_compile)
        train(model)
    finally:
        keras.config.set_dtype_policy(former)
    return variables(model)


def variables(model: keras.Model) -> dict[str, np.ndarray]:
    """Return the variables of a model by path, and those of its optimiser by number."""
    named: dict[str, Any] = {variable.path: variable for variable in model.variables}
    named |= {str(number): each for number, each in enumerate(model.optimizer.variables)}
    return {name: keras.ops.convert_to_numpy(variable) for name, variable in named.items()}


def assert_close(
    results: dict[str, np.ndarray], expected: dict[str, np.ndarray], tolerance: float
) -> None:
    """Check that both have the same variables, with values to `tolerance`."""
    assert results.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(
            results[name], value, rtol=tolerance, atol=tolerance, err_msg=name
        )
