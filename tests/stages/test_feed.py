import itertools

import numpy as np
import pytest

from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LabelledBatches, LocalBatches
from dscl_tf.stages.feed import feed
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

keras = pytest.importorskip("keras")


def test_batches_arrive_in_step_order_from_the_first_step_on() -> None:
    settings = Finetune(batch_size=6, mixup={})
    batches = LabelledBatches(LabelledFakeStore([5, 4]), ["0", "1"], settings, seed=1)
    for step, (inputs, target) in enumerate(itertools.islice(feed(batches, 7), 4), start=7):
        expected_inputs, expected_target = batches[step]
        assert inputs.keys() == expected_inputs.keys()
        for name, array in expected_inputs.items():
            assert np.array_equal(inputs[name], array)
        assert np.array_equal(target, expected_target)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.data is TensorFlow's")
def test_shapes_are_known_so_that_one_step_is_compiled() -> None:
    batches = LabelledBatches(LabelledFakeStore([5]), ["0"], Finetune(batch_size=6), seed=1)
    inputs, target = feed(batches, 0).element_spec
    assert inputs["image"].shape == (6, 4, 4, 1)
    assert inputs["elastic"].shape == (6, 3, 3, 2)
    assert target.shape == (6, 4, 4)


def test_a_batch_of_two_losses_keeps_its_names() -> None:
    store, ids = FakeStore([8, 9]), ["0", "1"]
    batches = JointBatches(
        GlobalBatches(store, ids, PretrainGlobal(batch_size=16), 1, 4),
        LocalBatches(store, ids, PretrainLocal(batch_size=4), 1),
    )
    inputs, targets = next(iter(feed(batches, 3)))
    expected_inputs, expected_targets = batches[3]
    for part in ("global", "local"):
        assert np.array_equal(targets[part], expected_targets[part])
        for name, array in expected_inputs[part].items():
            assert np.array_equal(inputs[part][name], array)
