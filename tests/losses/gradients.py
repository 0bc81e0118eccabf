"""Gradients for the tests, on the TensorFlow backend."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracle"


def value_and_gradient(
    function: Callable[[Any], Any], at: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    variable = tf.Variable(at)
    with tf.GradientTape() as tape:
        value = function(variable)
    return value.numpy(), tf.convert_to_tensor(tape.gradient(value, variable)).numpy()


def assert_gradient_is_slope(function: Callable[[Any], Any], at: np.ndarray) -> None:
    """Compare the gradient with a central difference along a random direction, in float64."""
    direction = np.random.default_rng(99).normal(size=at.shape)
    _, gradient = value_and_gradient(function, at)
    step = 1e-6 * direction
    slope = (np.asarray(function(at + step)) - np.asarray(function(at - step))) / 2e-6
    assert gradient.dtype == "float64"
    np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-6)


def relative_error(values: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(values - expected) / np.linalg.norm(expected))


def oracle(name: str) -> dict[str, np.ndarray]:
    path = ORACLE / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"no vectors of the original code: {path} is absent")
    with np.load(path) as arrays:
        return dict(arrays)
