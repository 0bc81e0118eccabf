import numpy as np

from dscl_tf.data.grid.upright import upright


def test_a_slice_is_transposed_and_a_picture_is_not():
    plane = np.arange(6.0).reshape(2, 3, 1)
    assert upright(plane).tolist() == [[0, 3], [1, 4], [2, 5]]
    picture = np.repeat(plane / 4, 3, axis=-1)
    assert upright(picture)[..., 0].tolist() == [[0, 0.25, 0.5], [0.75, 1, 1]]
