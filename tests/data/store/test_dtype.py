"""Images that are stored as float16."""

import numpy as np
import pytest

from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, write_store
from dscl_tf.errors import DataError
from tests.data.files import ramp, save, settings


def test_half_the_space_and_rounded_once(tmp_path, made, listed):
    write_store(listed, settings(dtype="float16"), tmp_path / "half")
    whole, half = SliceStore.open(made), SliceStore.open(tmp_path / "half")
    assert half.images.dtype == np.float32 and half.version != whole.version
    rounded = np.asarray(whole.images).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(half.images, rounded)
    assert (half.images[2] == rounded[2]).all() and (half.images[[3, 11]] == rounded[[3, 11]]).all()
    np.testing.assert_array_equal(half.masks, whole.masks)
    (file,) = (tmp_path / "half").glob("images-*.npy")
    assert np.load(file).dtype == np.float16


def test_the_default_leaves_settings_and_version_as_they_were(made):
    store = SliceStore.open(made)
    assert "dtype" not in store.settings
    store.check_settings(settings(dtype="float32"))
    with pytest.raises(DataError, match=r"data\.dtype is float32 in the store and float16 in"):
        store.check_settings(settings(dtype="float16"))


def test_an_intensity_that_float16_does_not_hold_is_one_line(tmp_path):
    array = ramp((9, 7, 4)).astype(np.float32)
    array[0, 0, 0] = 1e9
    path = save(tmp_path / "a.nii", array)
    write_store([Case("a", path, None)], settings(percentiles=(1, 90)), tmp_path / "store")
    data = settings(percentiles=(1, 90), dtype="float16")
    with pytest.raises(DataError, match=r"a.nii: scaled .* at most 65504 .* `data.dtype` float16"):
        write_store([Case("a", path, None)], data, tmp_path / "store")
