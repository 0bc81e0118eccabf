import numpy as np

from dscl_tf.augment.apply.paste import paste
from dscl_tf.augment.draw.paste import draw_paste


def test_inside_the_rectangle_lies_the_other_image():
    ones, twos = np.ones((1, 3, 4, 1)), np.full((1, 3, 4, 1), 2.0)
    pasted = np.asarray(paste(ones, twos, np.array([[1, 0, 2, 3]])))[0, :, :, 0]
    np.testing.assert_array_equal(pasted, [[1, 1, 1, 1], [2, 2, 2, 1], [2, 2, 2, 1]])
    np.testing.assert_array_equal(paste(ones, twos, np.array([[1, 0, 0, 0]])), ones)


def test_rectangles_fit_and_come_with_their_probability():
    boxes = draw_paste(np.random.default_rng(0), 400, 30, 60, 0.5, probability=0.25)
    pasted = boxes[:, 2] > 0
    assert 0.2 < pasted.mean() < 0.3
    np.testing.assert_array_equal(boxes[pasted, 2:], np.tile([15, 30], (pasted.sum(), 1)))
    assert (boxes[:, 0] + boxes[:, 2]).max() <= 30
    assert (boxes[:, 1] + boxes[:, 3]).max() <= 60
