import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.losses.values import values

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def eager() -> dict[str, np.ndarray]:
    return values(wrap=lambda function: function)


def assert_same(results: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    assert results.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(results[name], value, rtol=1e-4, atol=1e-5, err_msg=name)


def test_xla_gives_the_values_of_eager_execution(eager):
    assert_same(values(), eager)


def test_jax_gives_the_values_of_tensorflow(eager, tmp_path):
    pytest.importorskip("jax", reason="JAX is not installed")
    command = [sys.executable, "-m", "tests.losses.values", str(tmp_path / "values.npz")]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run(command, check=True, cwd=REPO, env=environment)
    with np.load(tmp_path / "values.npz") as arrays:
        assert_same(dict(arrays), eager)
