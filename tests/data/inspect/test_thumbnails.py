import numpy as np

from dscl_tf.data.inspect.thumbnails import SIDE, partition_thumbnails, unit


def test_a_thumbnail_per_partition_holds_its_mean():
    slices = np.repeat(np.array([0.1, 0.3, 0.6, 0.8, 1.0]), 40 * 24).reshape(5, 40, 24)
    thumbnails = partition_thumbnails(slices, 2)  # slices 0 to 2, and 3 and 4
    assert thumbnails.shape == (2, SIDE, SIDE) and thumbnails.dtype == np.float32
    np.testing.assert_allclose(thumbnails[0], 1 / 3, atol=1e-6)
    np.testing.assert_allclose(thumbnails[1], 0.9, atol=1e-6)


def test_intensities_beyond_the_percentiles_do_not_matter():
    slices = np.random.default_rng(0).uniform(-1, 2, (4, 32, 32))
    clipped = partition_thumbnails(np.clip(slices, 0, 1), 2)
    np.testing.assert_array_equal(partition_thumbnails(slices, 2), clipped)


def test_rows_stay_rows():
    slices = np.zeros((2, 32, 64))
    slices[:, 28:, :8] = 1
    thumbnail = partition_thumbnails(slices, 1)[0]
    assert np.unravel_index(thumbnail.argmax(), thumbnail.shape) == (SIDE - 1, 0)


def test_unit_vectors_have_length_one_and_zero_stays():
    np.testing.assert_allclose(unit(np.array([[3.0, 4], [0, 0]])), [[0.6, 0.8], [0, 0]])
