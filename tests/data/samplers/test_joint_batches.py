import numpy as np

from dscl_tf.config import PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LocalBatches
from tests.data.samplers.fakes import FakeStore


def batches() -> JointBatches:
    store, ids = FakeStore([7, 9, 6]), ["0", "1", "2"]
    return JointBatches(
        GlobalBatches(store, ids, PretrainGlobal(batch_size=16), 3, 4),
        LocalBatches(store, ids, PretrainLocal(batch_size=12), 3),
    )


def test_a_batch_holds_one_of_each_loss_with_its_own_augmentation() -> None:
    inputs, targets = batches()[5]
    assert inputs["global"]["image"].shape == (16, 4, 4, 1)
    assert inputs["local"]["image"].shape == (12, 4, 4, 1)
    assert set(inputs["global"]) == {"image", "matrix", "brightness", "contrast"}
    assert set(inputs["local"]) == {"image", "brightness", "contrast"}
    assert (targets["global"].shape, targets["local"].shape) == ((16, 4), (12, 2))


def test_the_two_halves_are_drawn_apart_and_replayed_alike() -> None:
    one, again, other = batches()[5][0], next(batches().iterate(5))[0], batches()[6][0]
    for part in ("global", "local"):
        assert np.array_equal(one[part]["contrast"], again[part]["contrast"])
        assert not np.array_equal(one[part]["contrast"], other[part]["contrast"])
    assert not set(one["global"]["contrast"]) & set(one["local"]["contrast"])
