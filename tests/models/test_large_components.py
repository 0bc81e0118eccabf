import numpy as np
import pytest
import tensorflow as tf
from skimage.measure import label

from dscl_tf.models.large_components import keep_large_components, number_components

RNG = np.random.default_rng(0)
MASKS = (RNG.random((3, 24, 20, 2)) < 0.35).astype("float32")  # tangled components
SPIRAL = np.zeros((1, 9, 9, 1), "float32")
SPIRAL[0, 0, :, 0] = SPIRAL[0, :, 8, 0] = SPIRAL[0, 8, :, 0] = SPIRAL[0, 2:, 0, 0] = 1
SPIRAL[0, 2, :7, 0] = SPIRAL[0, 2:7, 6, 0] = SPIRAL[0, 6, 2:7, 0] = 1


@pytest.mark.parametrize("masks", [MASKS, SPIRAL, 0 * MASKS, 0 * MASKS + 1])
def test_the_components_are_those_of_scikit_image(masks: np.ndarray) -> None:
    numbers = np.asarray(number_components(masks))
    for image in range(len(masks)):
        for channel in range(masks.shape[-1]):
            ours, theirs = numbers[image, ..., channel], label(masks[image, ..., channel] > 0)
            pairs = set(zip(ours.ravel().tolist(), theirs.ravel().tolist(), strict=True))
            assert len(pairs) == len({one for one, _ in pairs}) == len({two for _, two in pairs})
            np.testing.assert_array_equal(ours > 0, theirs > 0)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(3, dtype="float32")[labels]


def test_small_components_become_background_class_by_class() -> None:
    labels = np.array([[1, 1, 1, 1, 1, 0, 1, 0, 2, 0, 1, 1]])[None]
    kept = np.asarray(keep_large_components(one_hot(labels), 0.4))
    assert kept.argmax(-1).ravel().tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 2, 0, 1, 1]
    np.testing.assert_array_equal(kept.sum(axis=-1), 1)
    alone = np.asarray(keep_large_components(one_hot(labels), 1.0)).argmax(-1)
    assert alone.ravel().tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 2, 0, 0, 0]


def test_images_do_not_mix() -> None:
    labels = np.zeros((2, 4, 4), int)
    labels[0, 0, 0] = labels[1, 1:, :] = 1
    kept = np.asarray(keep_large_components(one_hot(labels), 0.5)).argmax(-1)
    np.testing.assert_array_equal(kept, labels)


def test_a_share_of_zero_keeps_everything() -> None:
    classes = one_hot(RNG.integers(3, size=(2, 6, 6)))
    assert keep_large_components(classes, 0.0) is classes


def test_xla_equals_eager() -> None:
    classes = one_hot(RNG.integers(3, size=(2, 16, 16)))
    compiled = tf.function(keep_large_components, jit_compile=True)(classes, 0.3)
    np.testing.assert_array_equal(compiled, keep_large_components(classes, 0.3))
