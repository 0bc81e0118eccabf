import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.suggestion.distance import distances_to_nearest, farthest_first, pool_partitions


def at(*degrees: float) -> np.ndarray:
    """Volumes of one partition in the plane, (V, 1, 2)."""
    turned = np.radians(degrees)
    return np.stack([np.cos(turned), np.sin(turned)], axis=-1)[:, None]


def test_depth_does_not_decide_only_what_each_partition_shows() -> None:
    apex, base = [1.0, 0.0], [0.0, 1.0]
    deep = pool_partitions(np.array([apex] * 9 + [base]), np.array([0] * 9 + [1]))
    flat = pool_partitions(np.array([apex] + [base] * 9), np.array([0] + [1] * 9))
    distance, _ = distances_to_nearest(deep[None], flat[None])
    assert distance == pytest.approx([0.0], abs=1e-12)


def test_the_distance_is_the_mean_over_partitions_of_one_minus_cosine() -> None:
    volume = np.array([[[1.0, 0.0], [0.6, 0.8]]])
    reference = np.array([[[0.0, 1.0], [1.0, 0.0]], [[-1.0, 0.0], [-0.6, -0.8]]])
    distance, nearest = distances_to_nearest(volume, reference)
    assert distance == pytest.approx([(1.0 + 0.4) / 2]) and nearest.tolist() == [0]


def test_each_pick_is_far_from_those_before_it_too() -> None:
    picks = farthest_first(at(100, 99, 45), at(0))
    assert [pick.candidate for pick in picks] == [0, 2, 1]  # not 99 degrees, beside 100
    assert [pick.nearest for pick in picks] == [0, 0, 1]  # 1: the candidate at 100 degrees
    expected = [1 - np.cos(np.radians(angle)) for angle in (100, 45, 1)]
    assert [pick.distance for pick in picks] == pytest.approx(expected)


def test_with_nothing_labelled_the_most_typical_volume_comes_first() -> None:
    first, second, _ = farthest_first(at(0, 30, 90), at())
    assert (first.candidate, first.nearest, second.candidate) == (1, None, 2)
    near, far = 1 - np.cos(np.radians(30)), 1 - np.cos(np.radians(60))
    assert first.distance == pytest.approx((near + far) / 2)
    assert farthest_first(at(7), at())[0].distance == 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), known=st.integers(1, 3), count=st.integers(1, 6))
def test_it_is_the_traversal_as_one_would_write_it_down(seed: int, known: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    references, candidates = rng.normal(size=(2, 6, 3, 4))
    references = references[:known] / np.linalg.norm(references[:known], axis=-1, keepdims=True)
    candidates = candidates[:count] / np.linalg.norm(candidates[:count], axis=-1, keepdims=True)
    taken, left, expected = list(references), list(range(count)), []
    while left:
        gaps = {
            one: min(1 - (candidates[one] * other).sum(-1).mean() for other in taken)
            for one in left
        }
        best = max(left, key=gaps.__getitem__)
        expected.append((best, gaps[best]))
        left.remove(best)
        taken.append(candidates[best])
    picks = farthest_first(candidates, references)
    assert [pick.candidate for pick in picks] == [one for one, _ in expected]
    assert [pick.distance for pick in picks] == pytest.approx([gap for _, gap in expected])
