import numpy as np
import pytest

from dscl_tf.config import PretrainLocal
from dscl_tf.data.samplers import LocalBatches
from dscl_tf.errors import DataError
from tests.data.samplers.fakes import FakeStore
from tests.data.samplers.made import DEPTHS, IDS, local_batches


def test_local_pairs_are_the_two_views_of_a_slice() -> None:
    batches = LocalBatches(FakeStore(DEPTHS), IDS, PretrainLocal(batch_size=8), seed=1)
    inputs, pairs = batches[0]
    assert pairs.dtype == "int32"
    assert pairs.tolist() == [[0, 4], [1, 5], [2, 6], [3, 7], [4, 0], [5, 1], [6, 2], [7, 3]]
    slices = inputs["image"][:, 0, 0, 0]
    assert np.array_equal(slices[pairs[:, 0]], slices[pairs[:, 1]])
    assert len(set(slices)) == 4
    assert set(inputs) == {"image", "brightness", "contrast"}


@pytest.mark.parametrize("original", [False, True])
@pytest.mark.parametrize(("partitions", "batch_size"), [(4, 24), (3, 40), (4, 40), (2, 8)])
def test_pairs_across_volumes_show_one_partition(
    partitions: int, batch_size: int, original: bool
) -> None:
    batches = local_batches(
        strategy="LD", partitions=partitions, batch_size=batch_size, original=original
    )
    starts, depths = np.cumsum([0, *DEPTHS[:-1]]), np.array(DEPTHS)
    for step in range(5):
        inputs, pairs = batches[step]
        slices = inputs["image"][:, 0, 0, 0].astype(int)
        half = batch_size // 2
        assert np.array_equal(slices[:half], slices[half:])
        volumes = np.searchsorted(starts, slices, side="right") - 1
        parts = (slices - starts[volumes]) * partitions // depths[volumes]
        assert pairs.dtype == "int32"
        assert len(pairs) == half * (3 if original else 6)
        first, second = pairs.T
        assert (parts[first] == parts[second]).all()
        across = slices[first] != slices[second]
        assert (volumes[first] != volumes[second])[across].all()
        assert len(set(first)) == (half if original else batch_size)


def test_across_volumes_every_slice_is_sampled_and_two_volumes_are_needed() -> None:
    batches = local_batches(strategy="LD", batch_size=16)
    seen = {int(value) for step in range(100) for value in batches[step][0]["image"][:, 0, 0, 0]}
    assert seen == set(range(sum(DEPTHS)))
    with pytest.raises(DataError, match="two volumes or more"):
        local_batches(ids=["1"], strategy="LD")[0]
