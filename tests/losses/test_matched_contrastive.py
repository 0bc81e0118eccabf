import json

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.errors import UsageError
from dscl_tf.losses import LocalContrastiveLoss, MatchedContrastiveLoss

NEGATIVES = [[1, 2], [0, 3], [3, 1], [2, 0]]
PAIRS = np.array([[0, 2], [1, 3], [2, 0], [3, 1], [0, 3]])


def batch(seed: int) -> tuple[dict, dict]:
    rng = np.random.default_rng(seed)
    repels = rng.random((4, 4)) < 0.5
    np.fill_diagonal(repels, False)
    inside = {name: rng.random((count, 4)) < 0.7 for name, count in (("own", 4), ("found", 5))}
    inside["own"][0, 0] = inside["found"][0, 0] = True
    y_true = {"pairs": PAIRS, "repels": repels}
    y_pred = {"own": rng.normal(size=(4, 4, 6)), "found": rng.normal(size=(5, 4, 6))}
    return y_true, y_pred | {f"{name}_inside": value for name, value in inside.items()}


def slow_loss(y_true, y_pred, negatives, temperature: float) -> float:
    def e(a, b):
        return np.exp(a @ b / np.linalg.norm(a) / np.linalg.norm(b) / temperature)

    own, found = y_pred["own"], y_pred["found"]
    own_inside, found_inside = y_pred["own_inside"], y_pred["found_inside"]
    terms = []
    for p, (i, _) in enumerate(y_true["pairs"]):
        for a in range(len(negatives)):
            if not (own_inside[i, a] and found_inside[p, a]):
                continue
            positive = total = e(own[i, a], found[p, a])
            for n in negatives[a]:
                total += e(own[i, a], own[i, n]) * own_inside[i, n]
                total += e(own[i, a], found[p, n]) * found_inside[p, n]
            for m in range(len(own)):
                if y_true["repels"][i, m] and own_inside[m, a]:
                    total += e(own[i, a], own[m, a])
            terms.append(-np.log(positive / total))
    return np.mean(terms)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**16))
def test_is_the_definition_term_by_term(seed: int) -> None:
    y_true, y_pred = batch(seed)
    loss = MatchedContrastiveLoss(NEGATIVES, temperature=0.5)(y_true, y_pred)
    np.testing.assert_allclose(loss, slow_loss(y_true, y_pred, NEGATIVES, 0.5), rtol=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16))
def test_what_lies_outside_does_not_count(seed: int) -> None:
    y_true, y_pred = batch(seed)
    changed = {name: np.array(value) for name, value in y_pred.items()}
    for name in ("own", "found"):
        changed[name][~y_pred[f"{name}_inside"]] = 7.0
    loss = MatchedContrastiveLoss(NEGATIVES)
    np.testing.assert_allclose(loss(y_true, changed), loss(y_true, y_pred), rtol=1e-5)


def test_views_that_do_not_move_and_slices_that_do_not_repel_give_the_paper_s_loss() -> None:
    y_true, y_pred = batch(5)
    y_true["repels"] = np.zeros((4, 4), bool)
    y_pred["found"] = y_pred["own"][PAIRS[:, 1]]
    y_pred |= {"own_inside": np.ones((4, 4)), "found_inside": np.ones((5, 4))}
    expected = LocalContrastiveLoss(np.arange(4), NEGATIVES)(PAIRS, y_pred["own"])
    loss = MatchedContrastiveLoss(NEGATIVES)(y_true, y_pred)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_embeddings_that_tell_only_the_place_are_worse_than_chance() -> None:
    """One vector for each place of a map, whatever the slice, as padding alone would allow."""
    y_true, y_pred = batch(6)
    y_true["repels"] = ~np.eye(4, dtype=bool)
    y_pred["own"] = np.broadcast_to(np.eye(4), (4, 4, 4))
    y_pred["found"] = np.broadcast_to(np.eye(4), (5, 4, 4))
    y_pred |= {"own_inside": np.ones((4, 4)), "found_inside": np.ones((5, 4))}
    loss = MatchedContrastiveLoss(NEGATIVES)(y_true, y_pred)
    # The positive is no more alike than the region at that place in three other images.
    np.testing.assert_allclose(loss, np.log(1 + 3 + 4 * np.exp(-10)), rtol=1e-5)


def test_without_a_matched_region_there_is_no_mean() -> None:
    y_true, y_pred = batch(7)
    y_pred["found_inside"] = np.zeros((5, 4))
    assert np.isnan(float(MatchedContrastiveLoss(NEGATIVES)(y_true, y_pred)))


def test_arguments_are_kept_and_checked() -> None:
    loss = MatchedContrastiveLoss(NEGATIVES, temperature=0.3)
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(loss)))
    again = keras.saving.deserialize_keras_object(config)
    assert (again.negatives.tolist(), again.temperature) == (NEGATIVES, 0.3)
    with pytest.raises(UsageError, match="neither repeat nor hold the anchor"):
        MatchedContrastiveLoss([[0], [1]])
