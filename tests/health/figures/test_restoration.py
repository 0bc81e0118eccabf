import io

import numpy as np
import pytest
from matplotlib.image import imread

from dscl_tf.health.figures.restoration import restoration_figure

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
