import io
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.store.npy import write_npy


def test_pieces_become_one_array():
    whole = np.arange(24, dtype=np.float32).reshape(6, 4)
    pieces = [whole[:1], np.asfortranarray(whole[1:4]), whole[4:]]
    file = io.BytesIO()
    write_npy(file, pieces, (6, 4), np.float32)
    file.seek(0)
    read = np.load(file)
    np.testing.assert_array_equal(read, whole)
    assert read.dtype == np.float32


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_noticed():
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(OSError, match="No space"),
    ):
        write_npy(full, [np.zeros((2, 3))], (2, 3), np.float64)
