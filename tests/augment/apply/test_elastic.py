import numpy as np
import pytest

from dscl_tf.augment.apply.elastic import cubic_weights, elastic_displacements

RNG = np.random.default_rng(0)


def test_cubic_weights_by_hand():
    weights = cubic_weights(5, 3)
    expected = [
        [1, 0, 0],
        [-0.0625 + 0.5625, 0.5625, -0.0625],  # half-way, with the first value repeated before it
        [0, 1, 0],
        [-0.0625, 0.5625, 0.5625 - 0.0625],
        [0, 0, 1],
    ]
    np.testing.assert_allclose(weights, expected, atol=1e-7)


@pytest.mark.parametrize(("size", "grid"), [(1, 2), (16, 2), (17, 5), (4, 6)])
def test_cubic_weights_reproduce_constants(size, grid):
    np.testing.assert_allclose(cubic_weights(size, grid).sum(axis=1), 1, rtol=1e-6)


def test_constant_displacements_stay_constant():
    elastic = np.tile(np.array([1.0, -2.0], "float32"), (3, 3, 3, 1))
    expected = np.tile(np.array([1.0, -2.0]), (3, 7, 9, 1))
    np.testing.assert_allclose(elastic_displacements(elastic, 7, 9), expected, atol=1e-5)


def test_displacements_hold_exactly_at_the_grid_points():
    elastic = RNG.normal(size=(3, 3, 3, 2)).astype("float32")
    displacements = np.asarray(elastic_displacements(elastic, 7, 9))
    assert displacements.shape == (3, 7, 9, 2)
    np.testing.assert_allclose(displacements[:, ::3, ::4], elastic, atol=1e-5)
