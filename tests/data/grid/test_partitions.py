import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.data.grid.partitions import partition_of
from dscl_tf.errors import DataError


def test_hand_worked_values():
    assert partition_of(8, 4).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert partition_of(10, 4).tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3]
    assert partition_of(4, 4).tolist() == [0, 1, 2, 3]


@given(st.integers(1, 200), st.integers(1, 40))
def test_partitions_are_balanced_runs_of_slices(depth, partitions):
    if depth < partitions:
        with pytest.raises(DataError):
            partition_of(depth, partitions)
        return
    partition = partition_of(depth, partitions)
    sizes = np.bincount(partition, minlength=partitions)
    assert len(partition) == depth and len(sizes) == partitions
    assert sizes.min() >= 1 and np.ptp(sizes) <= 1
    assert (np.diff(partition) >= 0).all()


def test_a_shallow_volume_is_named():
    with pytest.raises(DataError, match=r"^volume 007: has 3 slices, fewer than the 4 partitions$"):
        partition_of(3, 4, "007")
