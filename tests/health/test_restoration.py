import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from tests.health.monitors import restoration_monitor


@pytest.mark.parametrize("task", ["inpainting", "context-restoration"])
def test_a_network_that_changes_nothing_has_the_error_of_the_input(
    tiny: Experiment, store, task: str
) -> None:
    image = keras.Input((32, 32, 1))
    unchanged = keras.Model(image, keras.layers.Activation("linear")(image))
    monitor = restoration_monitor(tiny, store, task, unchanged)
    row = monitor.measure()
    assert row["restoration_error"] == row["restoration_error_of_input"] > 0
    given, targets = (np.concatenate(each) for each in zip(*monitor.probe.views, strict=True))
    original, mask = targets[..., 0], targets[..., 1] > 0
    squares = [
        np.mean((g[..., 0] - o)[m] ** 2) for g, o, m in zip(given, original, mask, strict=True)
    ]
    assert row["restoration_error"] == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-5)
    if task == "inpainting":
        assert (given[..., 0][mask] == 0).all()
        assert np.array_equal(given[..., 0][~mask], original[~mask])
    else:
        assert mask.all()
        for one, other in zip(given[..., 0], original, strict=True):
            assert np.array_equal(np.sort(one, axis=None), np.sort(other, axis=None))
