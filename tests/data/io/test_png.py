import re

import numpy as np
import pytest
from PIL import Image

from dscl_tf.data.io.png import (
    read_picture,
    read_picture_labels,
    read_picture_shape,
    write_picture_map,
    write_picture_mask,
)
from dscl_tf.errors import DataError
from tests.data.pictures import draw_street, save


def test_a_picture_is_one_upright_slice_with_colours_last(tmp_path):
    picture, _ = draw_street(0)
    path = save(tmp_path / "a.png", picture)
    volume = read_picture(path)
    np.testing.assert_array_equal(volume.array, picture[:, :, None])
    assert volume.array.dtype == np.float32
    assert (volume.spacing, volume.oriented, volume.path) == ((1, 1, 1), False, path)
    assert read_picture_shape(path) == (64, 96, 1)


def test_a_mask_comes_back_as_it_was_written(tmp_path):
    picture, ids = draw_street(0)
    volume = read_picture(save(tmp_path / "a.png", picture))
    write_picture_mask(tmp_path / "mask.png", ids[..., None])
    np.testing.assert_array_equal(read_picture_labels(tmp_path / "mask.png", volume)[..., 0], ids)
    assert Image.open(tmp_path / "mask.png").mode == "L"


def test_a_map_has_16_bits(tmp_path):
    write_picture_map(tmp_path / "map.png", np.array([[[0.0], [0.5]], [[0.1], [1.0]]], np.float32))
    levels = np.asarray(Image.open(tmp_path / "map.png"))
    np.testing.assert_array_equal(levels, [[0, 32768], [6554, 65535]])


def test_palette_indices_are_labels(tmp_path):
    picture, ids = draw_street(0)
    volume = read_picture(save(tmp_path / "a.png", picture))
    coloured = Image.fromarray(ids)
    coloured.putpalette(list(range(255, -1, -1)) * 3)
    coloured.save(tmp_path / "p.png")
    np.testing.assert_array_equal(read_picture_labels(tmp_path / "p.png", volume)[..., 0], ids)


def assert_named(path, message, read=read_picture):
    with pytest.raises(DataError, match=f"^{re.escape(f'{path}: {message}')}"):
        read(path)


def test_a_broken_picture_is_named(tmp_path):
    path = save(tmp_path / "a.png", draw_street(0)[0])
    content = path.read_bytes()
    path.write_bytes(content[:-200])
    assert_named(path, "cannot be read as PNG: ")
    path.write_bytes(content[:5])
    assert_named(path, "cannot be read as PNG: ")
    assert_named(tmp_path / "b.png", "must be a PNG file, got no such file", read_picture_shape)
    assert_named(tmp_path, "must be a PNG file, got a directory")


def test_another_kind_of_picture_is_named(tmp_path):
    picture, ids = draw_street(0)
    grey = save(tmp_path / "grey.png", ids)
    assert_named(grey, "must be 8-bit RGB, got Pillow's mode L", read_picture_shape)
    volume = read_picture(save(tmp_path / "a.png", picture))
    with pytest.raises(DataError, match=r"a.png: must be a mask of one 8-bit channel, got .* RGB$"):
        read_picture_labels(tmp_path / "a.png", volume)
    small = save(tmp_path / "small.png", ids[:32])
    with pytest.raises(DataError, match=r"must have the size of a.png, \(64, 96\), got \(32, 96\)"):
        read_picture_labels(small, volume)
