import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.augment.draw.box import draw_boxes

SEEDS, SIDES = st.integers(0, 2**32), st.integers(2, 40)


@given(SEEDS, SIDES, SIDES, st.floats(0.01, 1.0))
def test_a_box_has_its_share_of_the_sides_and_lies_inside(seed, height, width, share) -> None:
    boxes = draw_boxes(np.random.default_rng(seed), 5, height, width, (share, share))
    corner, size = boxes[:, :2], boxes[:, 2:]
    assert boxes.dtype == "int32"
    assert (size == np.maximum(np.array([height, width]) * share, 1).astype(int)).all()
    assert (corner >= 0).all() and (corner + size <= [height, width]).all()


def test_boxes_vary_in_size_and_reach_every_place() -> None:
    boxes = draw_boxes(np.random.default_rng(0), 2000, 8, 16, (0.25, 0.5))
    assert set(boxes[:, 2]) == {2, 3} and set(boxes[:, 3]) == {4, 5, 6, 7}
    assert set(boxes[:, 0]) == set(range(7)) and set(boxes[:, 1]) == set(range(13))
