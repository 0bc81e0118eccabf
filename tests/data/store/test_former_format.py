"""Stores of the format before: they open, and the next update writes them anew in shards."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.data.samplers import GlobalBatches, LabelledBatches
from dscl_tf.data.store import SliceStore, assemble, write_store
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.former import write_former
from tests.data.store.sources import change_index, content


@pytest.fixture
def former(tmp_path: Path, made: Path) -> Path:
    write_former(SliceStore.open(made), tmp_path / "former")
    return tmp_path / "former"


def test_it_opens(made: Path, former: Path) -> None:
    new, old = SliceStore.open(made), SliceStore.open(former)
    assert (old.version, old.settings, old.skipped) == (new.version, new.settings, new.skipped)
    assert [e.geometry for e in old.volumes.values()] == [e.geometry for e in new.volumes.values()]
    np.testing.assert_array_equal(old.images, new.images)
    np.testing.assert_array_equal(old.masks, new.masks)


def test_batches_are_bit_equal(tiny: Experiment, store: SliceStore, tmp_path: Path) -> None:
    write_former(store, tmp_path / "former")
    before, ids = SliceStore.open(tmp_path / "former"), list(store.volumes)
    samplers = ((GlobalBatches, tiny.pretrain_global), (LabelledBatches, tiny.finetune))
    for (kind, section), step in itertools.product(samplers, (0, 1, 77)):
        (new, target), (old, aim) = (kind(s, ids, section, 3, 2)[step] for s in (store, before))
        assert new.keys() == old.keys()
        assert all(np.array_equal(new[name], old[name]) for name in new)
        np.testing.assert_array_equal(target, aim)


def test_the_next_update_writes_it_anew(made: Path, former: Path, listed, lines) -> None:
    assert write_store(listed, settings(), former).kept == ["b", "a", "c"]
    assert lines[0] == f"{former}: of an earlier format; its slices are copied into shards"
    assert content(former) == content(made)


def test_an_update_that_is_interrupted_leaves_it_whole(
    made: Path, former: Path, listed, monkeypatch
) -> None:
    def stop(*arguments):
        raise KeyboardInterrupt

    before = content(former)
    with monkeypatch.context() as patch:
        patch.setattr("dscl_tf.data.store.publish.write_index", stop)
        with pytest.raises(KeyboardInterrupt):
            write_store(listed, settings(), former)
    assert before.items() <= content(former).items()
    assert len(SliceStore.open(former).images) == 12
    with monkeypatch.context() as patch:
        patch.setattr(assemble, "write_shard", stop)  # the shards are there already
        write_store(listed, settings(), former)
    assert content(former) == content(made)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda i: i["volumes"][1].pop("depth"), "cannot be read as the index of a slice store"),
        (
            lambda i: i["volumes"][1].update(first_slice=5),
            "slices of volume a must start at 4",
        ),
        (
            lambda i: i["volumes"][1]["geometry"].update(orientation=[[0, 1], [0, 1], [2, 1]]),
            "volumes.1.geometry.orientation: must be the axes 0, 1, 2, each with 1 or -1",
        ),
        (
            lambda i: i["volumes"][1]["geometry"].update(spacing=[1, float("nan"), 1]),
            "volumes.1.geometry.spacing.1: ",
        ),
        (lambda i: i["volumes"][1].update(id="b"), "volume ids must differ, got twice b"),
        (lambda i: i["volumes"][1].update(id="../b"), "a name must hold no '/', got '../b'"),
        (lambda i: i.update(version="../b"), "a name must hold no '/', got '../b'"),
    ],
)
def test_a_damaged_index_is_one_line(former: Path, change, message: str) -> None:
    change_index(former, change)
    with pytest.raises(DataError, match=rf"^{former}/index.json: .*{message}"):
        SliceStore.open(former)
