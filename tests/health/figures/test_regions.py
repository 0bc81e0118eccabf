import io

import numpy as np
import pytest
from matplotlib.image import imread

from dscl_tf.health.figures.regions import similarity_figure


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("slices", "channels"), [(1, 1), (2, 1), (2, 3)])
def test_similarities_lie_over_the_slice(slices: int, channels: int) -> None:
    images = np.random.default_rng(0).normal(size=(slices, 32, 48, channels))
    flat = np.zeros((slices, 14, 22))
    peak = flat.copy()
    peak[0, 7, 11] = 1  # a red place, at the middle
    figures = [
        imread(io.BytesIO(similarity_figure(images, flat, after, np.array([7, 11]), 3)))
        for after in (flat, peak)
    ]
    changed = np.argwhere(np.abs(figures[0] - figures[1]).max(axis=-1) > 0.1)
    assert len(changed)
    rows, columns = figures[0].shape[:2]
    place = changed.mean(axis=0) / (rows, columns)
    assert 0.6 < place[1] < 0.95  # the third picture of the row
    assert place[0] < (0.75 if slices == 1 else 0.5)
