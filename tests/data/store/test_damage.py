"""Shards that are missing, cut or damaged, and how an update mends them."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.inspect.damage import damage_findings
from dscl_tf.data.store import SliceStore, write_store
from dscl_tf.data.store.stored import is_damaged
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import content, new_mask

BYTES = 2500  # of a shard: at most ten slices of 8 x 6


@pytest.fixture
def parted(tmp_path: Path, listed) -> Path:
    write_store(listed, settings(), tmp_path / "parted", shard_bytes=BYTES)
    return tmp_path / "parted"


def shard_of(store: Path, id: str) -> tuple[Path, list[str]]:
    """Return the images of a volume's shard, and all volumes in it."""
    opened = SliceStore.open(store)
    places, ids = opened.images.places, list(opened.volumes)
    shard = int(places.shards[ids.index(id)])
    inside = [ids[number] for number in places.volumes_in(shard)]
    return store / f"images-{places.names[shard]}.npy", inside


def flip(path: Path) -> None:
    """Change one byte, and neither size nor header."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (Path.unlink, "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "must have .* bytes, got"),
    ],
)
def test_a_missing_or_cut_shard_is_named_and_made_again(parted, listed, lines, harm, message):
    before, (path, inside) = content(parted), shard_of(parted, "a")
    harm(path)
    volumes = f"volumes? {', '.join(inside)}"
    with pytest.raises(
        DataError, match=rf"^{path}: {message}.*; it holds {volumes}; dscl-tf data prepare makes it"
    ):
        SliceStore.open(parted)
    done = write_store(listed, settings(), parted, shard_bytes=BYTES)
    assert done.prepared == inside and set(done.kept) == set("abc") - set(inside)
    assert lines[0].startswith(f"{path}: ") and lines[0].endswith(", prepared again")
    assert content(parted) == before


def test_a_damaged_shard_is_found_by_its_checksum_and_mended(parted, listed, lines):
    before, (path, inside) = content(parted), shard_of(parted, "a")
    flip(path)
    store = SliceStore.open(parted)
    harmed = [id for id, entry in store.volumes.items() if is_damaged(store, entry)]
    assert len(harmed) == 1 and harmed[0] in inside
    assert [finding.volume for finding in damage_findings(store)] == harmed
    assert write_store(listed, settings(), parted, shard_bytes=BYTES).prepared == []
    done = write_store(listed, settings(), parted, shard_bytes=BYTES, verify=True)
    assert done.prepared == harmed, "the other volumes of the shard are kept"
    assert f"{path}: is damaged in volume {harmed[0]}, prepared again" in lines
    assert content(parted) == before


def test_damage_is_not_copied_into_another_shard(made, listed):
    flip(next(made.glob("images-*.npy")))
    with pytest.raises(DataError, match=r"volume [bac] was damaged .* prepare --verify makes"):
        write_store(new_mask(listed), settings(), made)


def test_slices_in_memory_are_not_compared(made):
    store = SliceStore.open(made)
    object.__setattr__(store, "images", np.zeros(store.images.shape, np.float32))
    assert damage_findings(store) == []
