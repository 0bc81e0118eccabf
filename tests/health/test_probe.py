import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from tests.health.monitors import slice_monitor


def test_the_probe_is_fixed_by_the_seed(tiny: Experiment, store) -> None:
    probe, again = (slice_monitor(tiny, store).probe for _ in range(2))
    other = slice_monitor(replace(tiny, {"runtime.seed": 9}), store).probe
    assert len(probe.views) == 80 // 16
    for number, (images, target) in enumerate(probe.views):
        assert np.array_equal(images, again.views[number][0])
        assert np.array_equal(target, again.views[number][1])
        assert not np.array_equal(images, other.views[number][0])


def test_no_step_of_training_has_the_draws_of_the_probe(tiny: Experiment, store) -> None:
    probe = slice_monitor(tiny, store).probe
    drawn = probe.draw(0)[0]["brightness"]
    for step in range(20):
        assert not np.array_equal(probe.batches[step][0]["brightness"], drawn)
