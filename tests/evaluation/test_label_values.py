import numpy as np
import pytest

from dscl_tf.evaluation.label_values import log_ambiguous, original_values, with_values
from tests.data.files import settings


def test_without_labels_the_values_are_the_class_numbers() -> None:
    assert original_values(settings()) == {1: 1, 2: 2}


def test_a_class_of_several_values_gets_the_lowest_and_says_so(lines: list[str]) -> None:
    data = settings(labels={9: 2, 7: 1, 14: 2, 3: 0})
    assert original_values(data) == {1: 7, 2: 9}
    log_ambiguous(data)
    assert lines == ["pool: 9 in the masks, which stands for 14 too"]


@pytest.mark.parametrize(
    ("largest", "dtype"), [(255, np.uint8), (256, np.uint16), (70000, np.int32)]
)
def test_the_type_is_the_smallest_that_holds_the_values(largest: int, dtype: type) -> None:
    values = with_values(np.array([[0, 1], [2, 2]], np.uint8), {1: 3, 2: largest})
    assert values.dtype == dtype and values.tolist() == [[0, 3], [largest, largest]]
