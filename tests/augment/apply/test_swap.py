import numpy as np
import pytest

from dscl_tf.augment.apply import swap_boxes
from dscl_tf.augment.draw import draw_swaps

IMAGES = np.random.default_rng(0).normal(size=(3, 12, 9, 2)).astype("float32")


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_exchanged_one_after_the_other(seed: int) -> None:
    swaps = draw_swaps(np.random.default_rng(seed), 3, 20, 12, 9, (0.1, 0.3))
    expected = IMAGES.copy()
    for image, pairs in zip(expected, swaps, strict=True):
        for top, left, other_top, other_left, tall, wide in pairs:
            first = (slice(top, top + tall), slice(left, left + wide))
            second = (slice(other_top, other_top + tall), slice(other_left, other_left + wide))
            image[first], image[second] = image[second].copy(), image[first].copy()
    swapped = np.asarray(swap_boxes(IMAGES, swaps))
    assert np.array_equal(swapped, expected)
    assert (swapped != IMAGES).any()
