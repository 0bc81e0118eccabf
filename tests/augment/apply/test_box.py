import numpy as np
import pytest

from dscl_tf.augment.apply.box import box_mask
from dscl_tf.augment.apply.corruption import corrupt
from dscl_tf.augment.apply.swap import swap_boxes
from dscl_tf.augment.draw.box import draw_boxes
from dscl_tf.augment.draw.swap import draw_swaps

IMAGES = np.random.default_rng(0).normal(size=(3, 12, 9, 2)).astype("float32")


def test_the_box_becomes_zero_and_the_rest_stays() -> None:
    boxes = draw_boxes(np.random.default_rng(1), 3, 12, 9, (0.2, 0.6))
    expected, inside = IMAGES.copy(), np.zeros((3, 12, 9, 1), bool)
    for row, (top, left, tall, wide) in enumerate(boxes):
        expected[row, top : top + tall, left : left + wide] = 0
        inside[row, top : top + tall, left : left + wide] = True
    assert np.array_equal(corrupt(IMAGES, {"box": boxes}), expected)
    assert np.array_equal(box_mask(boxes, 12, 9), inside)


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_exchanged_one_after_the_other(seed: int) -> None:
    swaps = draw_swaps(np.random.default_rng(seed), 3, 20, 12, 9, (0.1, 0.3))
    expected = IMAGES.copy()
    for image, pairs in zip(expected, swaps, strict=True):
        for top, left, other_top, other_left, tall, wide in pairs:
            first = (slice(top, top + tall), slice(left, left + wide))
            second = (slice(other_top, other_top + tall), slice(other_left, other_left + wide))
            image[first], image[second] = image[second].copy(), image[first].copy()
    assert np.array_equal(corrupt(IMAGES, {"swaps": swaps}), expected)
    assert (np.asarray(swap_boxes(IMAGES, swaps)) != IMAGES).any()


def test_without_draws_nothing_changes() -> None:
    assert np.array_equal(corrupt(IMAGES, {"brightness": np.ones(3)}), IMAGES)
