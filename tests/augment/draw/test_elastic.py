import numpy as np

from dscl_tf.augment.draw.elastic import draw_elastic
from dscl_tf.config import Elastic


def test_displacements_are_normal_with_sigma():
    grid = draw_elastic(np.random.default_rng(0), 500, Elastic(probability=1, grid=4, sigma=5))
    assert grid.shape == (500, 4, 4, 2)
    np.testing.assert_allclose([grid.mean(), grid.std()], [0, 5], atol=0.15)
    rows, columns = grid[..., 0].ravel(), grid[..., 1].ravel()
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.05


def test_probability_leaves_images_out_whole():
    grid = draw_elastic(np.random.default_rng(0), 400, Elastic(probability=0.25))
    moved = (grid != 0).reshape(400, -1)
    assert (moved.all(axis=1) | ~moved.any(axis=1)).all()
    assert 70 < moved.all(axis=1).sum() < 130
