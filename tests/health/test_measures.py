import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dscl_tf.health.measures import (
    effective_rank,
    mean_cosines,
    mean_region_cosines,
    partition_retrieval,
    principal_plane,
    retrieval_chance,
    similarity_map,
    spread,
)

AXES = np.array([[2.0, 0], [0, 3], [-1, 0], [0, 0.5]])


def mask(*pairs: tuple[int, int]) -> np.ndarray:
    found = np.zeros((4, 4), bool)
    for anchor, other in pairs:
        found[anchor, other] = True
    return found


def test_cosines_are_means_over_the_pairs_of_each_mask() -> None:
    positives, negatives = mask((1, 3)), mask((0, 1), (0, 2))
    assert mean_cosines(AXES, positives, negatives) == pytest.approx((1.0, -0.5))


def test_without_a_pair_there_is_no_mean() -> None:
    positive, negative = mean_cosines(AXES, mask(), mask((0, 1)))
    assert math.isnan(positive) and negative == 0


def test_region_cosines_equal_a_loop_over_the_pairs_of_the_loss() -> None:
    regions = np.random.default_rng(0).normal(size=(3, 4, 5))
    pairs, anchors = [(0, 2), (2, 1)], [3, 0]
    negatives = np.array([[0, 1], [2, 3]])
    positive, negative = [], []

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    for i, j in pairs:
        for a, others in zip(anchors, negatives, strict=True):
            positive.append(cosine(regions[i, a], regions[j, a]))
            negative += [cosine(regions[i, a], regions[m, n]) for m in (i, j) for n in others]
    found = mean_region_cosines(regions, np.array(pairs), np.array(anchors), negatives)
    assert found == pytest.approx((np.mean(positive), np.mean(negative)))


def test_effective_rank_counts_directions() -> None:
    assert effective_rank(np.ones((6, 3))) == pytest.approx(1)
    assert effective_rank(5 * np.eye(4)) == pytest.approx(4)
    # Singular values sqrt(3) and 1
    shares = np.array([math.sqrt(3), 1]) / (math.sqrt(3) + 1)
    expected = math.exp(-np.sum(shares * np.log(shares)))
    assert effective_rank([[1, 0], [1, 0], [1, 0], [0, 1]]) == pytest.approx(expected)
    assert math.isnan(effective_rank(np.zeros((2, 2))))


def test_spread_is_zero_for_equal_embeddings_and_one_for_a_full_set_of_directions() -> None:
    assert spread(np.full((5, 3), 7.0)) == 0
    assert spread(np.concatenate([np.eye(3), -np.eye(3)])) == pytest.approx(1)


def test_retrieval_asks_other_volumes_only() -> None:
    # Volume 0 holds two slices side by side; each one's neighbour elsewhere is what counts.
    angles = np.radians([0, 1, 3, 90])
    embeddings = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    volumes, partitions = [0, 0, 1, 1], [0, 1, 1, 0]
    # 0 -> 2 (wrong), 1 -> 2 (right), 2 -> 1 (right), 3 -> 1 (wrong)
    assert partition_retrieval(embeddings, volumes, partitions) == 0.5
    assert math.isnan(partition_retrieval(embeddings, [4, 4, 4, 4], partitions))


def test_chance_of_retrieval_is_the_share_of_the_partition_elsewhere() -> None:
    assert retrieval_chance([0, 0, 1, 1], [0, 1, 0, 1]) == 0.5
    assert retrieval_chance([0, 1, 1, 1], [0, 0, 1, 2]) == pytest.approx((1 / 3 + 1 + 0 + 0) / 4)
    assert math.isnan(retrieval_chance([0, 0], [0, 1]))


@given(arrays(np.float64, (6, 3), elements=st.floats(-3, 3)), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_lengths_and_rotations_change_nothing(embeddings: np.ndarray, factor: float) -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    # Subnormal lengths lose their direction.
    embeddings = np.where(np.abs(embeddings) < 1e-3, 0, embeddings)
    moved = factor * embeddings @ turn
    positives = np.triu(np.ones((6, 6), bool), 1)
    np.testing.assert_allclose(
        mean_cosines(moved, positives, ~positives),
        mean_cosines(embeddings, positives, ~positives),
        atol=1e-9,
    )
    np.testing.assert_allclose(effective_rank(moved), effective_rank(embeddings), atol=1e-4)


def test_the_plane_holds_the_largest_variance() -> None:
    t = np.linspace(-0.1, 0.1, 5)
    embeddings = np.stack([np.ones(5), t, 0.1 * t], axis=1)
    plane, shares = principal_plane(embeddings)
    assert plane.shape == (5, 2)
    assert shares[0] > 0.999 and shares.sum() == pytest.approx(1)
    assert (np.diff(plane[:, 0]) > 0).all() or (np.diff(plane[:, 0]) < 0).all()
    flat, none = principal_plane(np.ones((4, 3)))
    assert not none.any() and np.abs(flat).max() < 1e-12


def test_a_similarity_map_compares_every_place() -> None:
    rng = np.random.default_rng(1)
    features, kernel = rng.normal(size=(5, 6, 2)), rng.normal(size=(3 * 3 * 2, 4))
    region = features[1:4, 2:5].reshape(-1) @ kernel
    found = similarity_map(features, region, kernel)
    assert found.shape == (3, 4)
    assert found[1, 2] == pytest.approx(1) and np.abs(found).max() <= 1 + 1e-12
    other = features[2:5, 0:3].reshape(-1) @ kernel
    cosine = other @ region / np.linalg.norm(other) / np.linalg.norm(region)
    assert found[2, 0] == pytest.approx(cosine)
    assert similarity_map(features, features[4, 5], None)[4, 5] == pytest.approx(1)
