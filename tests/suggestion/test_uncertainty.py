import numpy as np
import pytest

from dscl_tf.suggestion.uncertainty import doubt_near_foreground


def slices(foreground: list[list[float]]) -> np.ndarray:
    """One slice from the probabilities of class 1, (1, H, W, 2)."""
    one = np.array(foreground)
    return np.stack([1 - one, one], axis=-1)[None]


def test_far_background_does_not_count_however_doubtful() -> None:
    row = slices([[1.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5]])  # 0.5 is background, five pixels away
    assert doubt_near_foreground(row) == 0
    assert doubt_near_foreground(row, near=5) == pytest.approx(1 / 6)


def test_the_neighbouring_slices_are_not_near() -> None:
    volume = np.concatenate([slices([[1.0, 0.0]]), slices([[0.5, 0.5]])])
    assert doubt_near_foreground(volume) == 0


def test_the_entropy_of_a_quarter_by_hand() -> None:
    entropy = -(0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    assert doubt_near_foreground(slices([[0.75]]), near=0) == pytest.approx(entropy)


def test_without_foreground_there_is_no_value() -> None:
    assert doubt_near_foreground(slices([[0.4, 0.1]])) is None
