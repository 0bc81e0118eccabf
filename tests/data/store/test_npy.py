from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.store.npy import write_npy


def test_pieces_become_one_array(tmp_path):
    whole = np.arange(24, dtype=np.float32).reshape(6, 4)
    pieces = [whole[:1], np.asfortranarray(whole[1:4]), whole[4:]]
    write_npy(tmp_path / "array.npy", pieces, (6, 4), np.float32)
    read = np.load(tmp_path / "array.npy", mmap_mode="r")
    np.testing.assert_array_equal(read, whole)
    assert read.dtype == np.float32


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_noticed():
    with pytest.raises(OSError, match="No space left"):
        write_npy(Path("/dev/full"), [np.zeros((2, 3))], (2, 3), np.float64)
