import numpy as np
import pytest

from dscl_tf.errors import UsageError
from dscl_tf.losses import original_regions
from tests.losses.gradients import oracle


@pytest.mark.parametrize("name", ["LR_1_3", "LR_3_2", "LR_3_3", "LD_1_3", "LD_3_3"])
def test_the_lists_are_those_of_the_original_code(name: str) -> None:
    case = oracle(f"local_{name}")
    _, height, width, _ = case["features"].shape
    corners, anchors, negatives = original_regions(13, int(case["region_size"]), height, width)
    np.testing.assert_array_equal(corners[anchors], case["positive_corners"])
    np.testing.assert_array_equal(corners[negatives], case["negative_corners"])


@pytest.mark.parametrize(("size", "side"), [(1, 5), (1, 12), (1, 192), (3, 8), (3, 12), (3, 192)])
def test_regions_differ_and_lie_inside_maps_of_any_size(size: int, side: int) -> None:
    corners, _, negatives = original_regions(13, size, side, side + 3)
    assert len({tuple(corner) for corner in corners}) == len(corners) == {1: 13, 3: 17}[size]
    assert corners.min() == 0
    assert (corners.max(axis=0) + size <= (side, side + 3)).all()
    assert negatives.shape == (13, 5)


def test_what_the_original_code_does_not_list_is_an_error() -> None:
    with pytest.raises(UsageError, match="13 regions of 1 x 1 or 3 x 3, got 9 regions of 3 x 3"):
        original_regions(9, 3, 16, 16)
    with pytest.raises(UsageError, match="got 13 regions of 2 x 2"):
        original_regions(13, 2, 16, 16)
    message = "at least 8 pixels a side, the map of decoder block 1 is 6 x 12"
    with pytest.raises(UsageError, match=message):
        original_regions(13, 3, 6, 12, block=1)
