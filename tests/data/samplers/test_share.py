import numpy as np
import pytest

from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LabelledBatches, LocalBatches
from dscl_tf.data.samplers.batches import Batches
from dscl_tf.data.samplers.share import Share
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

IDS = ["0", "1"]


def samplers() -> dict[str, Batches]:
    store, labelled = FakeStore([8, 9]), LabelledFakeStore([5, 4])
    slices = GlobalBatches(store, IDS, PretrainGlobal(batch_size=16), 1, 4)
    regions = LocalBatches(store, IDS, PretrainLocal(batch_size=8), 1)
    return {
        "joint": JointBatches(slices, regions),
        "labelled": LabelledBatches(labelled, IDS, Finetune(batch_size=8, mixup={}), seed=1),
    }


def arrays(tree) -> list[np.ndarray]:
    if isinstance(tree, dict):
        return [array for name in sorted(tree) for array in arrays(tree[name])]
    if isinstance(tree, tuple):
        return [array for part in tree for array in arrays(part)]
    return [tree]


@pytest.mark.parametrize("name", ["joint", "labelled"])
@pytest.mark.parametrize("parts", [2, 4])
def test_shares_one_after_the_other_are_the_whole_batch(name: str, parts: int) -> None:
    batches = samplers()[name]
    shares = [arrays(next(batches.iterate(3, Share(k, parts)))) for k in range(parts)]
    for whole, *split in zip(arrays(batches[3]), *shares, strict=True):
        assert {len(part) for part in split} == {len(whole) // parts}
        assert np.array_equal(np.concatenate(split), whole)


def test_a_share_reads_its_own_slices_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[np.ndarray] = []

    def spy(array: np.ndarray, indices: np.ndarray) -> np.ndarray:
        read.append(indices)
        return array[indices]

    monkeypatch.setattr("dscl_tf.data.samplers.share.read_slices", spy)
    next(samplers()["labelled"].iterate(0, Share(1, 4)))
    assert len(read) >= 2  # images and masks, and batches that are read ahead
    assert {len(indices) for indices in read} == {2}
