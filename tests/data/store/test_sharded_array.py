"""An array in shards is read as one in memory."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from dscl_tf.data.store.places import Places
from dscl_tf.data.store.read_slices import read_slices
from dscl_tf.data.store.sharded_array import ShardedArray

quiet = effort(deadline=None)
DEPTHS, SHARDS, OFFSETS = [3, 2, 4, 1], [1, 0, 1, 0], [4, 0, 0, 2]
WHOLE = np.arange(10 * 2 * 3, dtype=np.float32).reshape(10, 2, 3)


@pytest.fixture(scope="module")
def array(tmp_path_factory: pytest.TempPathFactory) -> ShardedArray:
    folder: Path = tmp_path_factory.mktemp("shards")
    starts = np.cumsum([0, *DEPTHS])
    shards = [np.zeros((3, 2, 3), np.float32), np.zeros((7, 2, 3), np.float32)]
    for first, depth, shard, offset in zip(starts, DEPTHS, SHARDS, OFFSETS, strict=False):
        shards[shard][offset : offset + depth] = WHOLE[first : first + depth]
    for name, content in zip("ab", shards, strict=True):
        np.save(folder / f"{name}.npy", content)
    places = Places.of(*map(np.array, (DEPTHS, SHARDS, OFFSETS)), ["a", "b"])
    return ShardedArray(places, lambda name: folder / f"{name}.npy", (2, 3), "f4", "f4")


rows = st.integers(-10, 9)
parts = st.none() | st.integers(-12, 12)
keys = (
    rows
    | st.builds(slice, parts, parts, st.none() | st.sampled_from([1, 2, -1, -3]))
    | st.lists(rows, max_size=12).map(lambda listed: np.array(listed, int))
    | st.lists(st.booleans(), min_size=10, max_size=10).map(np.array)
)
rest = st.sampled_from([(), (1,), (slice(None), 2), (Ellipsis, 0), (Ellipsis, None)])


@quiet
@given(keys, rest)
def test_every_key_gives_what_an_array_gives(array: ShardedArray, key, rest) -> None:
    lead = () if isinstance(key, int) else (slice(None),)
    found = array[(key, *rest)]
    assert found.dtype == WHOLE.dtype
    np.testing.assert_array_equal(found, WHOLE[key][(*lead, *rest)])
    np.testing.assert_array_equal(array[key], WHOLE[key])


@pytest.mark.parametrize("key", [range(2, 7), range(3, 3), [[1, 9], [0, -1]], Ellipsis, (..., 1)])
def test_other_keys_too(array: ShardedArray, key) -> None:
    expected = WHOLE[list(key)] if isinstance(key, range) and key else WHOLE[key]
    np.testing.assert_array_equal(array[key], WHOLE[:0] if key == range(3, 3) else expected)


def test_it_looks_like_an_array(array: ShardedArray) -> None:
    assert (array.shape, array.ndim, len(array), array.nbytes) == ((10, 2, 3), 3, 10, WHOLE.nbytes)
    np.testing.assert_array_equal(array, WHOLE)
    np.testing.assert_array_equal(array.copy(), WHOLE)
    np.testing.assert_array_equal(np.stack(list(array)), WHOLE)
    np.testing.assert_array_equal(read_slices(array, np.array([9, 0, 0, 5])), WHOLE[[9, 0, 0, 5]])


@pytest.mark.parametrize("key", [10, -11, [3, 10], np.array([0.5]), np.array([True, False])])
def test_what_is_no_slice_is_refused(array: ShardedArray, key) -> None:
    with pytest.raises(IndexError):
        array[key]


def test_a_volume_is_a_view_and_neighbours_are_copied(array: ShardedArray) -> None:
    assert array[5:9].base is not None and not array[5:9].flags.writeable
    assert array[2:6].flags.writeable, "of three volumes"
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
