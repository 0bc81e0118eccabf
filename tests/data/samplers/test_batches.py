import numpy as np

from dscl_tf.config import Affine, Augmentation, Intensity, PretrainGlobal
from dscl_tf.data.samplers import GlobalBatches
from tests.data.samplers.fakes import FakeStore
from tests.data.samplers.made import (
    DEPTHS,
    IDS,
    equal,
    global_batches,
    labelled_batches,
    local_batches,
)


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    batches = global_batches()
    iterated = batches.iterate(5)
    assert equal(next(iterated), global_batches()[5])
    assert equal(next(iterated), batches[6])
    assert not equal(batches[5], batches[6])
    assert not equal(batches[5], global_batches(seed=2)[5])


def test_only_what_is_switched_on_is_drawn() -> None:
    settings = Augmentation(affine=Affine(), intensity=Intensity())
    inputs, _ = labelled_batches(augmentation=settings)[0]
    assert set(inputs) == {"image", "matrix", "brightness", "contrast"}


def test_original_batches_share_intensity_within_a_view() -> None:
    stage = PretrainGlobal()
    batches = GlobalBatches(FakeStore(DEPTHS), IDS, stage, 1, stage.partitions, original=True)
    for inputs, _ in (batches[0], local_batches(original=True, batch_size=40)[0]):
        for name in ("brightness", "contrast"):
            first, second = inputs[name][:20], inputs[name][20:]
            assert len(set(first)) == len(set(second)) == 1
            assert first[0] != second[0]
    inputs, _ = batches[0]
    assert len(np.unique(inputs["matrix"], axis=0)) == 40
    assert inputs["augmented"].tolist() == [False] * 20 + [True] * 20
