import io

import numpy as np
import pytest
from matplotlib.image import imread

from dscl_tf.health.figures.rotation import rotation_figure


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
