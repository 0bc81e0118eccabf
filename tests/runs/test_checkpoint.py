"""Checkpoints and best weights that cannot be gone on with are one line."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError, TrainingError
from dscl_tf.models.weights import weights_of
from dscl_tf.readers import npz_file
from dscl_tf.runs.checkpoint import load_best, restore_checkpoint, save_best, save_checkpoint
from dscl_tf.runs.run import Run
from tests.runs.made import create
from tests.runs.sparse import with_huge_array

Change = Callable[[dict[str, np.ndarray]], object]


@pytest.fixture
def model() -> keras.Model:
    features = keras.Input((3,))
    made = keras.Model(features, keras.layers.Dense(2, name="head")(features))
    made.compile(keras.optimizers.Adam())
    made.optimizer.build(made.trainable_variables)
    return made


@pytest.fixture
def run(tiny: Experiment, tmp_path: Path) -> Run:
    return create(tmp_path, tiny, "run")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.pop("state/step"), "must hold state/step"),
        (lambda arrays: arrays.update({"state/step": np.ones(2)}), "state/step must be one number"),
        (lambda arrays: arrays.update({"state/step": 2.5}), "step must be a whole number from 0"),
        (lambda arrays: arrays.update({"state/step": -1}), "step must be a whole number from 0"),
        (lambda arrays: arrays.update({"state/step": 31}), "must be at most the 30 of the run"),
        (
            lambda arrays: arrays.update({"state/x": np.ones(9)}),
            "state/x must be one number, got 9",
        ),
        (lambda arrays: arrays.update({"other/x": 1}), "must hold network, optimizer, state alone"),
        (lambda arrays: arrays.pop("network/head/kernel"), "weights do not fit the model: missing"),
        (lambda arrays: arrays.pop("optimizer/0002"), "the optimiser's state does not fit"),
    ],
)
def test_a_checkpoint_that_does_not_fit(
    run: Run, model: keras.Model, change: Change, message: str
) -> None:
    save_checkpoint(run, model, {"network": model}, step=30)
    assert restore_checkpoint(run, model, {"network": model}, steps=30) == 30
    arrays = run.load_arrays("checkpoint")
    change(arrays)
    run.save_arrays("checkpoint", arrays)
    with pytest.raises(DataError, match=rf"checkpoint\.npz: .*{message}"):
        restore_checkpoint(run, model, {"network": model}, steps=30)


@pytest.mark.parametrize("key", ["step", "dice"])
def test_best_weights_without_their_step_or_score(run: Run, model: keras.Model, key: str) -> None:
    save_best(run, model, step=3, dice=0.5)
    assert (load_best(run, model).step, load_best(run, model).dice) == (3, 0.5)
    arrays = run.load_arrays("best")
    del arrays[f"state/{key}"]
    run.save_arrays("best", arrays)
    with pytest.raises(DataError, match=rf"best\.npz: must hold state/{key}"):
        load_best(run, model)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_neither_written_nor_read(
    run: Run, model: keras.Model, value: float
) -> None:
    save_best(run, model, step=1, dice=0.5)
    model.get_layer("head").kernel.assign(np.full((3, 2), value))
    message = "must stay finite, head/kernel holds 6 of 6 .*; try a lower learning_rate"
    with pytest.raises(TrainingError, match=message):
        save_best(run, model, step=2, dice=0.75)
    with pytest.raises(TrainingError, match=r"checkpoint\.npz must stay finite"):
        save_checkpoint(run, model, {"network": model}, step=2)
    assert load_best(run, model).step == 1 and not (run.path / "checkpoint.npz").exists()
    np.savez(run.path / "weights.npz", **weights_of(model))
    with pytest.raises(DataError, match=r"weights\.npz: all values must be finite, head/kernel"):
        run.load_arrays("weights")


@pytest.mark.parametrize("name", ["network/huge", "optimizer/9999", "state/huge", "state/step"])
def test_a_checkpoint_is_compared_with_the_model_before_memory_is_spent(
    run: Run, model: keras.Model, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    save_checkpoint(run, model, {"network": model}, step=1)
    arrays = run.load_arrays("checkpoint")
    arrays.pop(name, None)
    with_huge_array(run.path / "checkpoint.npz", name, arrays)
    monkeypatch.setattr(npz_file, "_array", None)
    with pytest.raises(DataError, match=r"checkpoint\.npz: .*(left over|fit the model|one number)"):
        restore_checkpoint(run, model, {"network": model})


@pytest.mark.parametrize("name", ["huge/kernel", "state/dice"])
def test_so_are_the_best_weights(
    run: Run, model: keras.Model, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    save_best(run, model, step=1, dice=0.5)
    arrays = run.load_arrays("best")
    arrays.pop(name, None)
    with_huge_array(run.path / "best.npz", name, arrays)
    monkeypatch.setattr(npz_file, "_array", None)
    with pytest.raises(DataError, match=r"best\.npz: .*(left over huge/kernel|one number)"):
        load_best(run, model)
