"""What lies in which shard, and what an update writes."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from dscl_tf.data.store import SliceStore, settings_of, write_store
from dscl_tf.data.store.shard_files import slice_bytes
from dscl_tf.data.store.shard_plan import PlannedVolume, plan_shards
from tests.data.files import ramp, save, settings
from tests.data.store.sources import content

quiet = effort(deadline=None)
SLICE = 8 * 6 * 5  # bytes of a slice and its mask


def planned(sizes: dict[int, int], most: int = 100) -> list:
    volumes = [PlannedVolume(f"{key:032x}", str(key), size) for key, size in sizes.items()]
    return plan_shards(volumes, 1, most)


keys = st.integers(0, 2**128 - 1)
sets = st.dictionaries(keys, st.integers(1, 60), min_size=1, max_size=40)


@quiet
@given(sets)
def test_every_volume_is_in_one_shard_of_bounded_size(sizes: dict[int, int]) -> None:
    shards = planned(sizes)
    assert sorted(int(v.id) for shard in shards for v in shard.volumes) == sorted(sizes)
    assert all(shard.slices <= 100 for shard in shards)
    assert shards == planned(dict(reversed(sizes.items()))), "the order does not matter"


@quiet
@given(sets, keys, st.integers(1, 60))
def test_a_volume_more_writes_less_than_two_shards(
    sizes: dict[int, int], key: int, size: int
) -> None:
    before = {shard.name for shard in planned(sizes)}
    written = [shard for shard in planned({**sizes, key: size}) if shard.name not in before]
    assert sum(shard.slices for shard in written) < 2 * 100


def test_a_volume_larger_than_a_shard_has_one_of_its_own() -> None:
    assert [shard.slices for shard in planned({1: 500, 2: 300, 3: 50, 4: 50})] == [500, 300, 50, 50]


@pytest.fixture
def many(tmp_path: Path, listed: list) -> list:
    extra = [save(tmp_path / f"{i}.nii", ramp((9, 7, 3)) + i) for i in range(9)]
    return [*listed, *(type(listed[0])(path.stem, path, None) for path in extra)]


def names(store: Path) -> set[str]:
    return {path.name for path in store.glob("*-*.npy")}


def test_the_slices_are_the_same_in_shards_of_any_size(tmp_path: Path, many: list) -> None:
    assert slice_bytes(settings_of(settings())) == SLICE
    write_store(many, settings(), tmp_path / "one")
    one = SliceStore.open(tmp_path / "one")
    for size in (1, 8 * SLICE, 20 * SLICE):
        write_store(many, settings(), tmp_path / f"{size}", shard_bytes=size)
        store = SliceStore.open(tmp_path / f"{size}")
        assert store.version == one.version and dict(store.volumes) == dict(one.volumes)
        np.testing.assert_array_equal(store.images, one.images)
        np.testing.assert_array_equal(store.masks, one.masks)
    assert len(names(tmp_path / "1")) == 2 * len(many) and len(names(tmp_path / "one")) == 2


def test_shards_without_a_change_stay(tmp_path: Path, many: list) -> None:
    size = 8 * SLICE
    write_store(many[:-1], settings(), tmp_path / "store", shard_bytes=size)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "store").glob("*.npy")}
    write_store(many, settings(), tmp_path / "store", shard_bytes=size)
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "store").glob("*.npy")}
    written = [path for path, stamp in after.items() if before.get(path) != stamp]
    slices = sum(len(np.load(path)) for path in written if path.name.startswith("images"))
    assert slices * SLICE < 2 * size and len(written) < len(after)
    write_store(many, settings(), tmp_path / "anew", shard_bytes=size)
    assert content(tmp_path / "store") == content(tmp_path / "anew")
