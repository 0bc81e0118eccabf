import numpy as np
import pytest

from dscl_tf.augment.draw.turn import turn_matrices
from dscl_tf.config import PretrainPretext
from dscl_tf.data.samplers import PretextBatches
from tests.data.samplers.fakes import FakeStore

TASKS = ["rotation", "inpainting", "context-restoration"]
INTENSITY = {"image", "brightness", "contrast"}


def batches(task: str, seed: int = 1, **settings) -> PretextBatches:
    stage = PretrainPretext(task=task, batch_size=16, **settings)
    return PretextBatches(FakeStore([7, 9, 12]), ["0", "1", "2"], stage, seed)


@pytest.mark.parametrize(
    ("task", "drawn"),
    [("rotation", "matrix"), ("inpainting", "box"), ("context-restoration", "swaps")],
)
def test_a_batch_is_a_pure_function_of_seed_and_step(task: str, drawn: str) -> None:
    inputs, target = batches(task)[5]
    again, same = batches(task)[5]
    assert inputs.keys() == INTENSITY | {drawn}
    assert all(np.array_equal(inputs[name], again[name]) for name in inputs)
    assert np.array_equal(target, same)
    for other, _ in (batches(task)[6], batches(task, seed=2)[5]):
        assert not np.array_equal(inputs[drawn], other[drawn])


def test_the_target_of_rotation_is_the_turn() -> None:
    inputs, turns = batches("rotation")[0]
    assert (turns.shape, turns.dtype) == ((16,), "int32")
    assert np.array_equal(inputs["matrix"], turn_matrices(turns, 4))


def test_the_turn_follows_the_crop() -> None:
    inputs, turns = batches("rotation", augmentation={"crop": [0.5, 0.5]})[0]
    turned_about = np.array([1.5, 1.5, 1])  # the centre stays in place under a turn
    centre = inputs["matrix"] @ turned_about
    linear = inputs["matrix"][:, :, :2]
    np.testing.assert_allclose(linear, 0.5 * turn_matrices(turns, 4)[:, :, :2], atol=1e-6)
    assert (centre >= 0.75 - 1e-6).all() and (centre <= 2.25 + 1e-6).all()


@pytest.mark.parametrize("task", TASKS[1:])
def test_the_target_of_restoration_is_the_slice(task: str) -> None:
    inputs, target = batches(task)[0]
    assert np.array_equal(inputs["image"], target)
    assert len(set(target[:, 0, 0, 0])) == 16


def test_the_settings_say_how_many_swaps_and_how_large() -> None:
    inputs, _ = batches("context-restoration", swaps=3, patch=(0.25, 0.25))[0]
    assert inputs["swaps"].shape == (16, 3, 6)
    assert (inputs["swaps"][..., 4:] == 1).all()
    inputs, _ = batches("inpainting", box=(0.5, 0.5))[0]
    assert (inputs["box"][:, 2:] == 2).all()


@pytest.mark.parametrize("task", TASKS)
def test_a_batch_may_be_larger_than_the_volumes(task: str) -> None:
    stage = PretrainPretext(task=task, batch_size=16)
    inputs, _ = PretextBatches(FakeStore([7]), ["0"], stage, seed=1)[0]
    assert set(np.bincount(inputs["image"][:, 0, 0, 0].astype(int))) == {2, 3}
