import numpy as np

from dscl_tf.augment.apply import blank_box, corrupt, swap_boxes
from dscl_tf.augment.draw import draw_boxes, draw_swaps

IMAGES = np.random.default_rng(0).normal(size=(3, 12, 9, 2)).astype("float32")


def test_boxes_are_blanked_out_and_swaps_made_where_they_were_drawn() -> None:
    boxes = draw_boxes(np.random.default_rng(1), 3, 12, 9, (0.2, 0.6))
    swaps = draw_swaps(np.random.default_rng(1), 3, 5, 12, 9, (0.1, 0.3))
    assert np.array_equal(corrupt(IMAGES, {"box": boxes}), blank_box(IMAGES, boxes))
    assert np.array_equal(corrupt(IMAGES, {"swaps": swaps}), swap_boxes(IMAGES, swaps))


def test_without_draws_nothing_changes() -> None:
    assert np.array_equal(corrupt(IMAGES, {"brightness": np.ones(3)}), IMAGES)
