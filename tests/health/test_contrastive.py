import dataclasses
import math
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import TrainingError
from dscl_tf.models.precision import precision
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from tests.health.monitors import slice_monitor


@pytest.mark.parametrize("stage", ["pretrain_global", "pretrain_local"])
def test_columns_hold_what_they_say(trained: Path, stage: str) -> None:
    for row in read_metrics(trained / stage / "metrics.csv"):
        assert row["cosine_margin"] == row["positive_cosine"] - row["negative_cosine"]
        assert 1 <= row["effective_rank"] <= 8
        assert 0 < row["spread"] < 1.1


def test_the_network_is_applied_as_in_training_under_the_weights_that_are_asked_for(
    tiny: Experiment, store
) -> None:
    monitor = slice_monitor(tiny, store)
    images = np.asarray(store.images[:8])
    initial = monitor.embed(images)
    variable = monitor.network.trainable_variables[0]
    variable.assign(variable * -2)
    expected = keras.ops.convert_to_numpy(monitor.network(images, training=True))
    np.testing.assert_allclose(monitor.embed(images), expected, atol=1e-5)
    np.testing.assert_allclose(monitor.embed(images, monitor.initial), initial, atol=1e-6)
    assert not np.allclose(initial, expected, atol=1e-3)


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_chance_is_the_mean_of_log_one_plus_negatives(
    tiny: Experiment, store, strategy: str
) -> None:
    monitor = slice_monitor(tiny, store, strategy=strategy, batch_size=18)
    _, labels = monitor.probe.draw(0)
    terms = []
    for anchor in labels:
        if strategy == "GR":
            negatives = sum(label[0] != anchor[0] for label in labels)
        else:
            negatives = sum(label[2] != anchor[2] for label in labels)
        positives = 1
        if strategy == "GD":
            positives += sum(label[1] != anchor[1] and label[2] == anchor[2] for label in labels)
        terms += [math.log(1 + negatives)] * positives
    assert monitor.chance == pytest.approx(np.mean(terms), abs=1e-4)


@pytest.fixture(scope="module")
def blank_store(store):
    """All slices are the same one: nothing can be learnt from them."""
    images = np.repeat(np.asarray(store.images[5:6]), len(store.images), axis=0)
    return dataclasses.replace(store, images=images)


@pytest.mark.parametrize(
    ("steps", "health_every", "seen"),
    [
        (260, 100, "all embeddings are equal at step 200"),
        (200, 0, "the loss is stuck at its chance value"),
    ],
)
def test_a_collapsed_run_stops_with_one_line(
    tiny: Experiment, blank_store, tmp_path: Path, steps: int, health_every: int, seen: str
) -> None:
    # The collapse can be seen at step 200: at the last report, or before it.
    section = {"steps": steps, "health_every": health_every, "augmentation": {}}
    changes = {f"pretrain_global.{key}": value for key, value in section.items()}
    reports = ("runtime.report_every", "runtime.checkpoint_every", "finetune.validate_every")
    config = replace(tiny, changes | dict.fromkeys(reports, 50))
    message = rf"collapsed, {seen}.*; try a milder augmentation.*pretrain_global\.stop_on_collapse"
    with pytest.raises(TrainingError, match=message) as error:
        run_stage("pretrain_global", config, blank_store, tmp_path)
    assert "\n" not in str(error.value)
    (run,) = (Run.open(path) for path in tmp_path.iterdir())
    assert run.load_arrays("checkpoint")["state/step"] == 200
    assert not run.finished and not (run.path / "weights.npz").exists()
    with pytest.raises(TrainingError, match="collapsed, "):
        run_stage("pretrain_global", config, blank_store, tmp_path, resume=True)
    assert not Run.open(run.path).finished


def test_a_collapse_is_let_pass_where_the_settings_say_so(tiny: Experiment, store) -> None:
    rows = [{"step": 250, "loss": 1.0, "positive_cosine": 1.0, "negative_cosine": 1.0}]
    run = Run(Path("run"), tiny, {"stage": "pretrain_global"})
    with pytest.raises(TrainingError):
        slice_monitor(tiny, store).check(rows, 300, run)
    slice_monitor(tiny, store, stop_on_collapse=False).check(rows, 300, run)


def test_low_precision_is_measured_in_float32(tiny: Experiment, store) -> None:
    with precision("mixed_bfloat16"):
        monitor = slice_monitor(tiny, store)
        assert monitor.embed(np.asarray(store.images[:4])).dtype == "float32"
        assert all(math.isfinite(value) for value in monitor.measure().values())
