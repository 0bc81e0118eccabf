import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.augment.draw.swap import draw_swaps

SEEDS, SIDES = st.integers(0, 2**32), st.integers(2, 40)


@given(SEEDS, SIDES, SIDES, st.floats(0.01, 1 / 3))
def test_the_boxes_of_a_pair_are_equal_inside_and_apart(seed, height, width, share) -> None:
    swaps = draw_swaps(np.random.default_rng(seed), 3, 4, height, width, (share, 1 / 3))
    assert (swaps.shape, swaps.dtype) == ((3, 4, 6), "int32")
    for top, left, other_top, other_left, tall, wide in swaps.reshape(-1, 6):
        shown = np.zeros((height, width), int)
        shown[top : top + tall, left : left + wide] += 1
        shown[other_top : other_top + tall, other_left : other_left + wide] += 1
        assert min(top, left, other_top, other_left) >= 0
        assert shown.max() == 1 and shown.sum() == 2 * tall * wide
