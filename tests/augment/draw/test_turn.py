import numpy as np
import pytest

from dscl_tf.augment.apply.augmentation import augment_images
from dscl_tf.augment.draw.turn import draw_turns, turn_matrices


def test_images_are_turned_counter_clockwise_and_exactly() -> None:
    images = np.random.default_rng(0).normal(size=(4, 6, 6, 2)).astype("float32")
    turned = np.asarray(augment_images(images, {"matrix": turn_matrices(np.arange(4), 6)}))
    for turns in range(4):
        assert np.array_equal(turned[turns], np.rot90(images[turns], turns))


@pytest.mark.parametrize("count", [8, 9])
def test_every_turn_is_drawn_as_often_up_to_one_in_random_order(count: int) -> None:
    draws = [draw_turns(np.random.default_rng(seed), count) for seed in range(5)]
    for turns in draws:
        frequencies = np.bincount(turns, minlength=4)
        assert (len(frequencies), turns.dtype) == (4, "int32")
        assert frequencies.max() - frequencies.min() == count % 4
    assert len({tuple(turns) for turns in draws}) == 5
