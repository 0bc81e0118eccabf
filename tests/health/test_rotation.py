import numpy as np
import pytest

from dscl_tf.config import Experiment
from tests.health.monitors import rotation_monitor


def test_accuracy_is_the_share_of_turns_that_are_told(
    tiny: Experiment, store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = rotation_monitor(tiny, store)
    monkeypatch.setattr(monitor, "told", lambda images: np.full(len(images), 2))
    assert monitor.measure() == {"rotation_accuracy": 0.25, "rotation_accuracy_chance": 0.25}
    assert sum(len(images) for images, _ in monitor.probe.views) == 80


def test_a_turn_is_told_for_each_image(tiny: Experiment, store) -> None:
    told = rotation_monitor(tiny, store).told(np.asarray(store.images[:5]))
    assert told.shape == (5,) and set(told.tolist()) <= {0, 1, 2, 3}
