import numpy as np

from dscl_tf.augment.apply import blank_box, box_mask
from dscl_tf.augment.draw import draw_boxes

IMAGES = np.random.default_rng(0).normal(size=(3, 12, 9, 2)).astype("float32")


def test_the_box_becomes_zero_and_the_rest_stays() -> None:
    boxes = draw_boxes(np.random.default_rng(1), 3, 12, 9, (0.2, 0.6))
    expected, inside = IMAGES.copy(), np.zeros((3, 12, 9, 1), bool)
    for image, (top, left, tall, wide) in enumerate(boxes):
        expected[image, top : top + tall, left : left + wide] = 0
        inside[image, top : top + tall, left : left + wide] = True
    assert np.array_equal(blank_box(IMAGES, boxes), expected)
    assert np.array_equal(box_mask(boxes, 12, 9), inside)
