import dataclasses
import os

import numpy as np
import pytest
from PIL import Image

from dscl_tf.data.grid.orientation import canonical_orientation, to_canonical
from dscl_tf.data.inspect.figure import EDGES, partition_figure, spread
from dscl_tf.errors import DataError
from tests.data.files import affine


def test_ids_are_spread_from_the_first_to_the_last():
    ids = [str(number) for number in range(9)]
    assert spread(ids, 3) == ["0", "4", "8"] and spread(ids, 1) == ["0"] and spread(ids, 9) == ids
    with pytest.raises(DataError, match=r"needs from 1 to 9 volumes, as many as there are, got 10"):
        spread(ids, 10)
    with pytest.raises(DataError, match=r"needs a volume with a slice per partition, got none$"):
        spread([], 3)


def size(store, path, ids, partitions):
    partition_figure(store, path, ids, partitions)
    return np.array(Image.open(path).size)


def test_the_figure_grows_with_volumes_partitions_and_the_pictures_height(made, tmp_path):
    small = size(made, tmp_path / "a.png", ["b"], 2)
    wider = size(made, tmp_path / "b.png", ["b"], 3)
    higher = size(made, tmp_path / "c.png", ["b", "a"], 2)
    assert wider[0] > small[0] and wider[1] == small[1]
    assert higher[1] > small[1] and higher[0] == small[0]
    tall = dataclasses.replace(made, settings={**made.settings, "spacing": [1.0, 2.0]})
    assert size(tall, tmp_path / "d.png", ["b"], 2)[1] > small[1]


@pytest.mark.parametrize("axis", list(EDGES))
def test_the_letters_name_where_the_edges_of_a_picture_point(axis):
    x, y, z = np.meshgrid(*(np.arange(5) for _ in range(3)), indexing="ij")
    matrix = affine((1, 1, 1), "ASR")
    world = np.stack([x, y, z], -1) @ matrix[:3, :3].T  # mm to the right, to the front, up
    shown = to_canonical(world, canonical_orientation(matrix, axis))[:, :, 0]
    directions = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "H": (2, 1), "F": (2, -1)}
    left, right, top, bottom = EDGES[axis]
    for letter, step in (
        (left, shown[0, 2] - shown[4, 2]),
        (right, shown[4, 2] - shown[0, 2]),
        (top, shown[2, 0] - shown[2, 4]),
        (bottom, shown[2, 4] - shown[2, 0]),
    ):
        along, sign = directions[letter]
        assert step[along] * sign == 4


def test_a_figure_the_store_cannot_fill_is_refused(made, tmp_path):
    with pytest.raises(DataError, match=r"store: holds no volume x$"):
        partition_figure(made, tmp_path / "a.png", ["b", "x"], 2)
    with pytest.raises(DataError, match=r"^volume c: has 3 slices, fewer than the 4 partitions$"):
        partition_figure(made, tmp_path / "a.png", ["c"], 4)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_figure(made, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"a.png: cannot be written: No space left on device$"):
        partition_figure(made, tmp_path / "a.png", ["b"], 2)
    assert not list(tmp_path.iterdir())


def test_a_labelled_volume_takes_the_place_of_the_middle_one_where_none_is():
    ids = [str(number) for number in range(9)]
    assert spread(ids, 3, {"5", "8"}) == ["0", "4", "8"]
    assert spread(ids, 3, {"5", "7"}) == ["0", "5", "8"]
    assert spread(ids, 1, {"3"}) == ["3"] and spread(ids, 3, {"x"}) == ["0", "4", "8"]


def test_masks_are_drawn_where_there_are_some(made, tmp_path):
    def drawn(id, store):
        partition_figure(store, tmp_path / "a.png", [id], 2)
        picture = np.array(Image.open(tmp_path / "a.png").convert("RGB")).astype(int)
        return np.ptp(picture, axis=-1)[: len(picture) * 3 // 4] > 60  # above the key

    labelled, bare = drawn("b", made), drawn("c", made)
    assert made.volumes["b"].labelled and not made.volumes["c"].labelled
    assert labelled.sum() > bare.sum() + 500
    no_masks = dataclasses.replace(made, masks=np.zeros_like(made.masks))
    assert drawn("b", no_masks).sum() < labelled.sum() - 500
