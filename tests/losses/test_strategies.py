import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dscl_tf.errors import UsageError
from dscl_tf.losses.strategies import STRATEGIES, strategy_masks

#                   slice, volume, partition, view
LABELS = np.array(
    [
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [1, 0, 1, 0],
        [1, 0, 1, 1],
        [2, 1, 0, 0],
        [3, 0, 0, 0],
    ]
)
VIEWS = {(0, 1), (1, 0), (2, 3), (3, 2)}
OTHER_VOLUME = {(0, 4), (1, 4), (5, 4), (4, 0), (4, 1), (4, 5)}
OTHER_PARTITION = {(a, b) for a in (0, 1, 4, 5) for b in (2, 3)}
OTHER_PARTITION |= {(b, a) for a, b in OTHER_PARTITION}
OTHER_SLICE = {(a, b) for a in range(6) for b in range(6) if a != b} - VIEWS


def entries(mask) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in np.argwhere(np.asarray(mask))}


@pytest.mark.parametrize(
    ("strategy", "positives", "negatives"),
    [
        ("GR", VIEWS, OTHER_SLICE),
        ("GD-", VIEWS, OTHER_PARTITION),
        ("GD", VIEWS | OTHER_VOLUME, OTHER_PARTITION),
    ],
)
def test_masks_by_hand(strategy, positives, negatives):
    found = strategy_masks(strategy, LABELS)
    assert entries(found[0]) == positives
    assert entries(found[1]) == negatives


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(sorted(STRATEGIES)),
    # A slice belongs to one volume and one partition.
    arrays(int, (8, 2), elements=st.integers(0, 3)),
)
def test_no_image_is_its_own_partner_and_no_positive_a_negative(strategy, drawn):
    slices, views = drawn.T
    labels = np.stack([slices, slices // 2, slices % 2, views], axis=1)
    positives, negatives = map(np.asarray, strategy_masks(strategy, labels))
    assert not positives.diagonal().any()
    assert not negatives.diagonal().any()
    assert not (positives & negatives).any()


def test_unknown_strategy_is_named():
    with pytest.raises(UsageError, match="strategy: must be one of GR, GD-, GD, got GX"):
        strategy_masks("GX", LABELS)
