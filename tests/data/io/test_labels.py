import re

import numpy as np
import pytest

from dscl_tf.data.io.labels import class_numbers
from dscl_tf.errors import DataError

LABELS = {205: 1, 420: 2, 421: 2}


def test_each_value_becomes_its_class_and_several_may_share_one():
    numbers = class_numbers(np.array([[0, 205], [421, 420]], np.float32), LABELS, "error", "m.nii")
    assert numbers.dtype == np.uint8
    assert numbers.tolist() == [[0, 1], [2, 2]]


def test_a_value_that_is_also_a_class_number_is_replaced_once():
    assert class_numbers(np.array([1, 2, 0]), {1: 2, 2: 1}, "error", "m.nii").tolist() == [2, 1, 0]


def test_a_value_may_be_listed_as_background():
    numbers = class_numbers(np.array([255, 205]), {205: 1, 255: 0}, "error", "m.nii")
    assert numbers.tolist() == [0, 1]


def test_other_whole_numbers_become_background_on_request():
    numbers = class_numbers(np.array([205, 7, -1]), LABELS, "background", "m.nii")
    assert numbers.tolist() == [1, 0, 0]


@pytest.mark.parametrize("value", [1.0000153, 0.99608, 1.9999999 / 2, 1.0099, 0.9901])
@pytest.mark.parametrize("unlisted", ["error", "background"])
def test_values_that_miss_a_whole_number_by_rounding_are_rounded(value, unlisted):
    array = np.array([value, 2 * value, 0, -1e-9], np.float64)
    if abs(value - 1) < 0.005:
        assert class_numbers(array, {1: 1, 2: 2}, unlisted, "m.nii").tolist() == [1, 2, 0, 0]
    array = np.array([value, 0], np.float64)
    assert class_numbers(array, {1: 1, 2: 2}, unlisted, "m.nii").tolist() == [1, 0]


@pytest.mark.parametrize(
    ("value", "unlisted", "message"),
    [
        (600, "error", "m.nii: labels must be among 0, 205, 420, 421, got 600"),
        (
            205.02,
            "error",
            "m.nii: labels must be among 0, 205, 420, 421, got 205.02",
        ),
        (205.0100001, "error", "m.nii: labels must be among 0, 205, 420, 421, got 205.0100001"),
        (1e7 + 1, "error", "m.nii: labels must be among 0, 205, 420, 421, got 10000001"),
        (0.5, "background", "m.nii: labels must be whole numbers, got 0.5"),
        (np.nan, "background", "m.nii: labels must be whole numbers, got nan"),
        (np.inf, "background", "m.nii: labels must be whole numbers, got inf"),
    ],
)
def test_a_value_that_is_no_label_is_named(value, unlisted, message):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        class_numbers(np.array([205, value]), LABELS, unlisted, "m.nii")
