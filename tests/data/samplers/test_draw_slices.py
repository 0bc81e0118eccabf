from collections import Counter

import numpy as np
import pytest

from dscl_tf.data.samplers.draw_slices import (
    draw_distinct,
    draw_in_turn,
    draw_partitioned,
    draw_together,
)
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.errors import DataError
from tests.data.samplers.fakes import FakeStore


def table(depths: list[int], partitions: int = 1) -> SliceTable:
    return SliceTable.of(FakeStore(depths), [str(i) for i in range(len(depths))], partitions)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_distinct_slices_repeat_none_and_leave_none_out() -> None:
    assert sorted(draw_distinct(rng(), table([3, 4]), 7)) == list(range(7))
    with pytest.raises(DataError, match=r"batch_size: needs 8 different slices, .* have 7"):
        draw_distinct(rng(), table([3, 4]), 8)


@pytest.mark.parametrize(("partitions", "count"), [(3, 9), (4, 10), (6, 20), (6, 13)])
def test_each_volume_gives_one_slice_per_partition(partitions: int, count: int) -> None:
    columns = table([7, 11, 8, 6], partitions)
    positions = draw_partitioned(rng(), columns, count)
    assert len(positions) == count
    cells = [
        (int(volume), int(partition))
        for volume, partition in zip(
            columns.volumes[positions], columns.partitions[positions], strict=True
        )
    ]
    assert len(set(cells)) == count
    per_volume = Counter(volume for volume, _ in cells).values()
    whole, rest = divmod(count, partitions)
    assert sorted(per_volume, reverse=True) == [partitions] * whole + [rest] * bool(rest)


def test_volumes_repeat_only_after_all_have_had_their_turn() -> None:
    columns = table([5] * 52, 4)
    positions = draw_partitioned(rng(), columns, 225)  # 56 volumes and a slice of one more
    turns = Counter(columns.volumes[positions].tolist())
    assert set(turns) == set(range(52))
    assert max(turns.values()) == 8
    assert sum(turns.values()) == 225


@pytest.mark.parametrize("partitions", [3, 4, 6])
def test_every_slice_is_drawn_in_the_long_run(partitions: int) -> None:
    columns = table([6, 13, 9], partitions)
    drawn = {
        int(position)
        for seed in range(150)
        for position in draw_partitioned(rng(seed), columns, 2 * partitions + 1)
    }
    assert drawn == set(range(28))


def test_one_volume_has_no_pair_across_volumes() -> None:
    with pytest.raises(DataError, match=r"splits\.unlabelled: must name two volumes or more"):
        draw_partitioned(rng(), table([8], 4), 8)


@pytest.mark.parametrize("count", [2, 5, 13])
def test_in_turn_no_slice_is_drawn_twice_more_than_another(count: int) -> None:
    drawn = np.bincount(draw_in_turn(rng(), table([2, 3]), count), minlength=5)
    assert drawn.sum() == count
    assert drawn.max() - drawn.min() <= 1


def test_volumes_come_together_and_give_different_slices() -> None:
    columns = table([7, 2, 8, 6])
    drawn = draw_together(rng(), columns, 14, per_volume=4)
    assert len(set(drawn.tolist())) == 14
    counts = Counter(columns.volumes[drawn].tolist())
    assert (counts[0], counts[1], counts[2], counts[3]) == (4, 2, 4, 4)
    changes = np.flatnonzero(np.diff(columns.volumes[drawn]))
    assert len(changes) == 3  # one volume after the other
    assert len(draw_together(rng(), columns, 33, per_volume=4)) == 33  # and again from the first
