import os

import numpy as np
import pytest
from PIL import Image

from dscl_tf.data.inspect import partition_figure, summarise_store
from dscl_tf.data.store import SliceStore
from dscl_tf.data.write_store import write_store
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.test_store import cases


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspect")
    write_store(cases(folder), settings(), folder / "store")
    return SliceStore.open(folder / "store")


def test_a_row_says_what_a_volume_is(store):
    rows = summarise_store(store)
    assert [row["id"] for row in rows] == ["b", "a", "c"]
    turned = rows[1]
    assert turned["slices"] == 5 and turned["first_slice"] == 4
    assert turned["native_shape"] == (9, 7, 5) and turned["grid"] == (8, 6)
    assert turned["native_spacing"] == pytest.approx((1.5, 1.5, 10))
    assert turned["orientation"] == "ARI"
    assert turned["intensity_range"] == store.volumes["a"].intensity_range
    pixels = np.sum(store.masks[4:9] == 2)
    assert turned["volumes_ml"]["pool"] == pytest.approx(pixels * 2 * 2 * 10 / 1000)
    assert set(turned["volumes_ml"]) == {"ring", "pool"}
    assert rows[2]["labelled"] is False and rows[2]["volumes_ml"] == {}


def test_the_figure_has_a_row_per_volume_and_a_column_per_partition(store, tmp_path):
    sizes = []
    for name, partitions, volumes in (("a", 3, 1), ("b", 3, 2), ("c", 2, 2)):
        partition_figure(store, tmp_path / f"{name}.png", partitions, volumes)
        sizes.append(Image.open(tmp_path / f"{name}.png").size)
    assert sizes[1] == (sizes[0][0], 2 * sizes[0][1]) and sizes[2][0] * 3 == sizes[1][0] * 2


def test_a_figure_the_store_cannot_fill_is_refused(store, tmp_path):
    with pytest.raises(DataError, match=r"needs from 1 to 3 volumes, the store's, got 4$"):
        partition_figure(store, tmp_path / "a.png", 2, 4)
    with pytest.raises(DataError, match=r"^volume c: has 3 slices, fewer than the 4 partitions$"):
        partition_figure(store, tmp_path / "a.png", 4)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_figure(store, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"a.png: cannot be written: No space left on device$"):
        partition_figure(store, tmp_path / "a.png", 3, 1)
    assert not list(tmp_path.iterdir())
