import numpy as np
import pytest

from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.errors import DataError
from tests.data.samplers.fakes import FakeStore


def test_slices_stand_in_the_order_of_the_ids() -> None:
    table = SliceTable.of(FakeStore([3, 2, 4]), ["2", "0"], partitions=2)
    assert table.indices.tolist() == [5, 6, 7, 8, 0, 1, 2]
    assert table.volumes.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert table.partitions.tolist() == [0, 0, 1, 1, 0, 0, 1]
    assert (len(table), table.volume_count, table.partition_count) == (7, 2, 2)


def test_each_partition_starts_where_its_slices_do() -> None:
    table = SliceTable.of(FakeStore([5, 3]), ["0", "1"], partitions=3)
    for volume, partition in np.ndindex(2, 3):
        start, stop = table.starts[volume, partition : partition + 2]
        inside = (table.volumes == volume) & (table.partitions == partition)
        assert np.flatnonzero(inside).tolist() == list(range(start, stop))


def test_a_volume_with_fewer_slices_than_partitions_is_named() -> None:
    with pytest.raises(DataError, match="volume 1: has 2 slices, fewer than the 3 partitions"):
        SliceTable.of(FakeStore([3, 2]), ["0", "1"], partitions=3)
