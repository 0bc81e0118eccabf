import numpy as np
import pytest

from dscl_tf.losses import DiceCrossEntropyLoss
from dscl_tf.losses.masked import masked_dice_cross_entropy

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(2, 6, 5, 3)).astype("float32")
TARGETS = np.eye(3, dtype="float32")[RNG.integers(3, size=(2, 6, 5))]
EVERYWHERE = np.ones((2, 6, 5, 1), bool)


def test_of_all_pixels_it_is_the_loss_without_a_mask():
    expected = DiceCrossEntropyLoss()(TARGETS, LOGITS)
    assert float(masked_dice_cross_entropy(LOGITS, TARGETS, EVERYWHERE)) == pytest.approx(
        float(expected), rel=1e-6
    )


def test_of_a_rectangle_it_is_the_loss_of_the_rectangle_cut_out():
    mask = np.zeros_like(EVERYWHERE)
    mask[:, 1:4, 2:] = True
    expected = DiceCrossEntropyLoss()(TARGETS[:, 1:4, 2:], LOGITS[:, 1:4, 2:])
    assert float(masked_dice_cross_entropy(LOGITS, TARGETS, mask)) == pytest.approx(
        float(expected), rel=1e-5
    )


def test_without_a_pixel_it_is_finite():
    assert np.isfinite(float(masked_dice_cross_entropy(LOGITS, TARGETS, ~EVERYWHERE)))
