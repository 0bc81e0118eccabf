from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.labels import class_numbers
from dscl_tf.errors import DataError

CLASSES = {1: "road", 2: "person and rider"}
LABELS = {7: 1, 24: 2, 25: 2, 4: 0}


def numbers(values, *options):
    return class_numbers(np.array(values), Path("m.png"), CLASSES, *options)


def test_values_become_the_classes_that_labels_maps_them_to():
    found = numbers([[7, 24, 4], [25, 7, 4]], LABELS)
    assert found.tolist() == [[1, 2, 0], [2, 1, 0]]
    assert found.dtype == np.uint8


def test_without_labels_values_are_the_classes_also_where_the_file_holds_floats():
    assert numbers([0.0, 2.0, 1.0]).tolist() == [0, 2, 1]


def test_another_value_is_an_error_or_background():
    with pytest.raises(DataError, match=r"^m.png: labels must be among 4, 7, 24, 25, got 0, 26$"):
        numbers([7, 26, 0], LABELS)
    assert numbers([7, 26, 0, 25], LABELS, "background").tolist() == [1, 0, 0, 2]
    with pytest.raises(DataError, match=r"among 0, 1, 2, got 3, 4, 5, 6, 7, \.\.\.$"):
        numbers(np.arange(10))
    assert numbers([2, 0.5, 9], None, "background").tolist() == [2, 0, 0]


def test_a_value_that_is_no_number_is_an_error():
    with pytest.raises(DataError, match=r"got nan$"):
        numbers([1, np.nan])
