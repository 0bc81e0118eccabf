import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.data.samplers.region_pairs import (
    across_views,
    across_volumes,
    across_volumes_one_way,
    next_of_another_volume,
)
from dscl_tf.errors import DataError

# three volumes of four partitions, as the authors' batch of 24 images holds them
VOLUMES, PARTITIONS = np.repeat([0, 1, 2], 4), np.tile([0, 1, 2, 3], 3)


def test_views_by_hand() -> None:
    assert across_views(2).tolist() == [[0, 2], [1, 3], [2, 0], [3, 1]]


def test_two_volumes_of_one_partition_by_hand() -> None:
    pairs = across_volumes(np.array([5, 7]), np.array([0, 0])).tolist()
    views = [[0, 2], [1, 3], [2, 0], [3, 1]]
    assert pairs[:4] == views
    assert sorted(pairs[4:]) == sorted(2 * [[0, 1], [1, 0], [2, 3], [3, 2]])


def test_one_way_pairs_are_those_of_the_original_code() -> None:
    pairs = across_volumes_one_way(VOLUMES, PARTITIONS)
    expected = {(p, q) for p in range(12) for q in (p + 12, (p + 4) % 12, (p + 8) % 12)}
    assert len(pairs) == 36
    assert set(map(tuple, pairs.tolist())) == expected


def test_both_ways_are_the_original_pairs_of_both_views_and_their_reverse() -> None:
    pairs = across_volumes(VOLUMES, PARTITIONS)
    first = {(p, q) for p in range(12) for q in (p + 12, (p + 4) % 12, (p + 8) % 12)}
    second = {(p + 12, q) for p in range(12) for q in (p, (p + 4) % 12 + 12, (p + 8) % 12 + 12)}
    assert len(pairs) == 72
    assert set(map(tuple, pairs.tolist())) == first | second


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 20), st.randoms(use_true_random=False))
def test_pairs_join_partitions_across_volumes_symmetrically(
    partitions: int, volumes: int, extra: int, random
) -> None:
    """Whole volumes in any order, then some slices more, as `draw_partitioned` gives them."""
    cells = [(v, p) for v in range(volumes) for p in range(partitions)]
    cells += [random.choice(cells) for _ in range(extra)]
    random.shuffle(cells)
    volume, partition = np.array(cells).T
    count = len(cells)
    pairs = across_volumes(volume, partition)
    assert pairs.shape == (6 * count, 2)  # linear in the images
    anchor, positive = pairs.T
    assert np.bincount(anchor).tolist() == np.bincount(positive).tolist()
    assert sorted(pairs.tolist()) == sorted(pairs[:, ::-1].tolist())
    assert (partition[anchor % count] == partition[positive % count]).all()
    same_slice = anchor % count == positive % count
    assert same_slice.sum() == 2 * count
    assert (anchor // count != positive // count)[same_slice].all()
    others = ~same_slice
    assert (volume[anchor % count] != volume[positive % count])[others].all()
    assert (anchor // count == positive // count)[others].all()


def test_slices_of_ones_own_volume_are_passed_over() -> None:
    volumes = np.array([0, 0, 1, 2, 0])
    same = np.zeros(5, int)
    assert next_of_another_volume(volumes, same, 1).tolist() == [2, 2, 3, 4, 2]
    assert next_of_another_volume(volumes, same, 2).tolist() == [3, 3, 4, 0, 3]


def test_a_partition_of_one_volume_is_an_error() -> None:
    with pytest.raises(DataError, match="partition 1 must have two volumes or more"):
        across_volumes(np.array([0, 0, 1]), np.array([0, 1, 0]))
