import pytest

from dscl_tf.errors import UsageError
from dscl_tf.models.blocks import image_input


def test_both_sides_must_be_halved_between_levels() -> None:
    assert image_input((8, 12, 3), (4, 4, 4)).shape == (None, 8, 12, 3)
    message = r"`input_shape`: .* multiples of 4 for 3 levels, got \(8, 10, 1\)"
    with pytest.raises(UsageError, match=message):
        image_input((8, 10, 1), (4, 4, 4))
    with pytest.raises(UsageError, match=r"must be \(H, W, channels\) .* got \(8, 8\)"):
        image_input((8, 8), (4, 4, 4))


def test_there_must_be_two_levels() -> None:
    with pytest.raises(UsageError, match=r"`filters`: .* two or more levels, got \[4\]"):
        image_input((8, 8, 1), (4,))
