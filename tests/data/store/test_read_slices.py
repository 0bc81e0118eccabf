import numpy as np

from dscl_tf.data.store.read_slices import read_slices


def test_slices_are_those_of_the_array_in_memory_or_on_disk(tmp_path):
    array = np.arange(5000 * 7, dtype=np.float32).reshape(500, 10, 7)
    np.save(tmp_path / "array.npy", array)
    rows = np.array([499, 0, 250, 250, 3])
    mapped = np.load(tmp_path / "array.npy", mmap_mode="r")
    for source in (array, mapped):
        np.testing.assert_array_equal(read_slices(source, rows), array[rows])
    assert not read_slices(np.zeros_like(mapped), rows).any()
    assert not isinstance(read_slices(mapped, rows), np.memmap)
