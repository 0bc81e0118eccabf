import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dscl_tf.errors import UsageError
from dscl_tf.losses.strategies import STRATEGIES, positional, strategy_masks

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
    labels = np.stack([slices, slices // 2, slices % 2, views, slices % 2 * 250_000], axis=1)
    positives, negatives = map(np.asarray, strategy_masks(strategy, labels))
    assert not positives.diagonal().any()
    assert not negatives.diagonal().any()
    assert not (positives & negatives).any()


def test_unknown_strategy_is_named():
    with pytest.raises(UsageError, match="strategy: must be one of GR, GD-, GD, PCL, got GX"):
        strategy_masks("GX", LABELS)


def slow_positional(labels, attract_below: float, repel_from: float):
    positives, negatives = set(), set()
    for a, (slice_a, *_, view_a, position_a) in enumerate(labels):
        for b, (slice_b, *_, view_b, position_b) in enumerate(labels):
            distance = abs(position_a - position_b)
            if (slice_a == slice_b and view_a != view_b) or (
                slice_a != slice_b and distance < attract_below * 1e6
            ):
                positives.add((a, b))
            if distance >= repel_from * 1e6:
                negatives.add((a, b))
    return positives, negatives


DEPTHS = (10, 7)  # of two volumes: the slices of the batch below are drawn from them


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 1)), min_size=1),
    st.tuples(st.integers(1, 19), st.integers(1, 19)).map(sorted),
)
def test_pcl_is_a_slow_reference_s(drawn, twentieths):
    near, far = (value / 20 for value in twentieths)
    labels = np.array(
        [
            [10 * volume + number, volume, 0, view, round(1e6 * (number + 0.5) / DEPTHS[volume])]
            for volume, number, view in drawn
        ]
    )
    found = strategy_masks(positional(near, far), labels)
    assert tuple(map(entries, found)) == slow_positional(labels, near, far)


def test_pcl_by_hand():
    heights = [0.05, 0.05, 0.15, 0.3]  # of two views of a slice, then of two other slices
    labels = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 1, 0], [1, 0, 0, 0, 0], [2, 1, 1, 0, 0]])
    labels[:, 4] = np.round(1e6 * np.array(heights))
    at_least = strategy_masks("PCL", labels)  # neighbours of ten slices differ by 0.1: they repel
    assert entries(at_least[0]) == {(0, 1), (1, 0)}
    positives, negatives = strategy_masks(positional(0.11, 0.2), labels)
    assert entries(positives) == {(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)}
    assert entries(negatives) == {(0, 3), (3, 0), (1, 3), (3, 1)}  # 2 and 3 do neither


@settings(max_examples=20, deadline=None)
@given(arrays(int, 6, elements=st.integers(0, 1_000_000)), st.permutations(range(6)))
def test_pcl_does_not_depend_on_which_end_is_up_nor_on_the_order(heights, order):
    labels = np.stack([np.arange(6), np.zeros(6, int), *np.zeros((2, 6), int), heights], axis=1)
    upside_down = labels * [1, 1, 1, 1, -1] + [0, 0, 0, 0, 1_000_000]
    rules = positional(0.2, 0.4)
    for mask, other, permuted in zip(
        strategy_masks(rules, labels),
        strategy_masks(rules, upside_down),
        strategy_masks(rules, labels[order]),
        strict=True,
    ):
        assert np.array_equal(mask, other)
        assert np.array_equal(np.asarray(mask)[np.ix_(order, order)], permuted)


@pytest.mark.parametrize("thresholds", [(0.0, 0.1), (0.3, 0.2), (0.1, 1.0)])
def test_thresholds_that_cross_are_refused(thresholds):
    with pytest.raises(UsageError, match="thresholds: must be above 0 and below 1"):
        positional(*thresholds)


def test_pcl_needs_positions():
    with pytest.raises(UsageError, match="labels: must have a column position, got 4 columns"):
        strategy_masks("PCL", LABELS)
