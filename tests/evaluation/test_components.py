import numpy as np
import pytest
from pydantic import ValidationError

from dscl_tf.config.components import Components
from dscl_tf.evaluation.components import (
    apply_rule,
    choose_rules,
    keep_large,
    keep_near,
    remove_components,
)

MM = (1.0, 1.0, 1.0)
TIED = Components(near={1: 2}, distance=2.0)


def line(*labels: int) -> np.ndarray:
    return np.array(labels, "uint8").reshape(-1, 1, 1)


def test_large_keeps_the_largest_and_those_of_a_fifth_of_it():
    mask = line(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1) == 1
    np.testing.assert_array_equal(keep_large(mask, 0.2), line(*[1] * 10, 0, 1, 1, 0, 0) == 1)
    np.testing.assert_array_equal(keep_large(mask, 1.0), line(*[1] * 10, *[0] * 5) == 1)


def test_voxels_that_share_a_corner_are_connected():
    mask = np.zeros((4, 4, 4), bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[3, 3, 3] = True
    kept = keep_large(mask, 1.0)
    assert np.argwhere(kept).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_all_of_the_largest_are_kept_and_empty_masks_are_no_error():
    assert keep_large(line(1, 0, 1) == 1, 1.0).sum() == 2
    assert not keep_large(line(0, 0) == 1, 0.5).any()
    assert not keep_near(line(0, 0) == 1, line(0, 1) == 1, MM, 1.0).any()


def test_near_measures_millimetres_from_the_anchor():
    mask, anchor = line(1, 0, 2, 0, 0, 1) == 1, line(1, 0, 2, 0, 0, 1) == 2
    assert keep_near(mask, anchor, MM, 2.0).ravel().tolist() == [True, *[False] * 5]
    assert keep_near(mask, anchor, (1.1, 1, 1), 2.0).sum() == 0
    assert keep_near(mask, anchor, (0.5, 1, 1), 2.0).sum() == 2


def test_without_an_anchor_all_is_kept():
    mask = line(1, 0, 1) == 1
    np.testing.assert_array_equal(keep_near(mask, np.zeros_like(mask), MM, 1.0), mask)


def test_removed_voxels_become_background_and_are_counted():
    labels = line(2, 1, 1, 0, 1, 1, 0, 2)
    cleaned, removed = remove_components(labels, {1: "near", 2: "large"}, TIED, MM)
    assert cleaned.ravel().tolist() == [2, 1, 1, 0, 1, 1, 0, 2]
    assert removed == {1: 0, 2: 0}
    near = TIED.model_copy(update={"distance": 1.0})
    labels = line(2, 2, 1, 0, 0, 1, 1, 1)
    assert remove_components(labels, {1: "near"}, near, MM)[0].ravel().tolist() == [
        *(2, 2, 1),
        *[0] * 5,
    ]
    assert remove_components(labels, {1: "large near"}, near, MM)[1] == {1: 3}
    assert labels.any() and labels[-1] == 1  # the given mask stays


def test_every_rule_sees_the_mask_as_predicted():
    labels = line(2, 2, 2, 2, 2, 0, 0, 2, 1)
    both = remove_components(labels, {2: "large", 1: "near"}, Components(large=1, near={1: 2}), MM)
    assert both[0].ravel().tolist() == [2, 2, 2, 2, 2, 0, 0, 0, 1]


def test_the_rule_is_chosen_by_dice_for_each_class():
    reference = line(1, 1, 1, 0, 0, 2, 2, 2, 0, 2)
    prediction = line(1, 1, 1, 0, 1, 2, 2, 2, 0, 2)
    settings = Components(large=0.5)
    assert choose_rules([(prediction, reference, MM)], (1, 2), settings) == {1: "large", 2: "all"}


def test_near_is_a_candidate_only_where_an_anchor_is_named():
    reference = line(2, 1, 0, 0, 0, 0, 0)
    prediction = line(2, 1, 0, 0, 0, 0, 1)
    assert choose_rules([(prediction, reference, MM)], (1,), TIED) == {1: "near"}
    assert choose_rules([(prediction, reference, MM)], (1,), Components()) == {1: "all"}


def test_a_tie_goes_to_the_rule_that_does_least_and_absent_classes_are_no_error():
    same = line(1, 1, 0, 2)
    assert choose_rules([(same, same, MM)], (1, 2, 3), TIED) == {1: "all", 2: "all", 3: "all"}


def test_apply_rule_all_keeps_all():
    labels = line(1, 0, 0, 0, 1, 2)
    np.testing.assert_array_equal(apply_rule(labels, 1, "all", TIED, MM), labels == 1)


def test_a_class_cannot_be_its_own_anchor():
    with pytest.raises(ValidationError, match="near: a class must name another one, 2 names"):
        Components(near={2: 2})
