"""Opening a store takes work for its shards, not for its volumes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.store import SliceStore, index, volumes
from dscl_tf.data.store.assemble import places_of
from dscl_tf.data.store.index import index_of, settings_of, write_index
from dscl_tf.data.store.publish import planned
from dscl_tf.data.store.shard_files import array_paths, array_shapes, npy_bytes
from tests.data.files import settings


@pytest.fixture
def large(tmp_path: Path, made: Path) -> Path:
    """A store of 3,000 volumes in 201 shards or more, whose slices nobody reads."""
    one = SliceStore.open(made).volumes["b"]
    entries = [replace(one, id=f"{n:04d}", first_slice=n * one.depth) for n in range(3000)]
    shards = planned(entries, settings_of(settings()), 15 * one.depth * 8 * 6 * 5)
    folder = tmp_path / "large"
    folder.mkdir()
    for shard in shards:
        shapes = array_shapes(shard.slices, settings_of(settings()))
        paths = array_paths(folder, shard.name)
        for path, shape, dtype in zip(paths, shapes, ("float32", "uint8"), strict=True):
            with path.open("wb") as file:
                file.truncate(npy_bytes(shape, dtype))
    write_index(folder, index_of(entries, places_of(entries, shards), {}, settings()))
    return folder


def test_no_entry_is_made_and_no_shard_is_read(large: Path, monkeypatch) -> None:
    made, parsed = [], []
    real_entry, real_read = volumes.entry_of, index.read_npz
    monkeypatch.setattr(
        volumes, "entry_of", lambda *given: made.append(given) or real_entry(*given)
    )
    monkeypatch.setattr(index, "read_npz", lambda path: parsed.append(path) or real_read(path))
    store = SliceStore.open(large)  # the files' headers are zeros: reading one would be an error
    table = SliceTable.of(store, list(store.volumes), 4)
    assert (len(store.volumes), len(table), len(parsed), made) == (3000, 12_000, 1, [])
    assert len(store.images.places.names) > 200
    assert store.volumes["2999"].first_slice == 2999 * 4 and len(made) == 1


def test_each_slice_has_a_place_of_its_own(large: Path) -> None:
    places = SliceStore.open(large).images.places
    shards, offsets = places.find(np.arange(places.slices))
    assert len(set(zip(shards.tolist(), offsets.tolist(), strict=True))) == 12_000
    assert (offsets < places.lengths[shards]).all()
