import io

import numpy as np
import pytest
from matplotlib.image import imread

from dscl_tf.health.pretext_figures import restoration_figure, rotation_figure

RNG = np.random.default_rng(0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("slices", "height", "width"), [(1, 32, 32), (6, 32, 64)])
def test_output_stands_between_input_and_target(slices: int, height: int, width: int) -> None:
    targets = RNG.random((slices, height, width))
    pictures = [
        imread(io.BytesIO(restoration_figure(targets, output, targets)))
        for output in (targets, 1 - targets)
    ]
    changed = np.argwhere(np.abs(pictures[0] - pictures[1]).max(axis=-1) > 0.1)
    rows, columns = pictures[0].shape[:2]
    first, last = changed.min(axis=0) / (rows, columns), changed.max(axis=0) / (rows, columns)
    assert 0.25 < first[0] < 0.45 and 0.55 < last[0] < 0.75
    assert first[1] < 0.3 and last[1] > 0.9


@pytest.mark.filterwarnings("error")
def test_a_wrong_turn_is_told_in_another_colour() -> None:
    images = np.zeros((2, 32, 32))  # a blank slice has no range of intensities
    right, wrong = (
        imread(io.BytesIO(rotation_figure(images, [0, 3], told))) for told in ([0, 3], [0, 2])
    )
    changed = np.argwhere(np.abs(right - wrong).max(axis=-1) > 0.1)
    assert (changed[:, 1] > right.shape[1] / 2).all()
    reddish = wrong[..., 0] > wrong[..., 2] + 0.3
    assert reddish.any() and not (right[..., 0] > right[..., 2] + 0.3).any()
