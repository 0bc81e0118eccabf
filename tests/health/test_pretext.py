import dataclasses
import json
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import PretextBatches
from dscl_tf.health import RestorationProbe, RotationProbe
from dscl_tf.models import weights_of
from dscl_tf.models.augmented import AugmentedRestoration
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import restoration_network, rotation_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.launch import run_stage

IDS = ("001", "002", "003")


def sampler(tiny: Experiment, store, task: str) -> PretextBatches:
    settings = replace(tiny, {"pretrain_pretext.task": task}).pretrain_pretext
    return PretextBatches(store, IDS, settings, seed=1)


def restoration_probe(tiny: Experiment, store, task: str, network=None) -> RestorationProbe:
    batches = sampler(tiny, store, task)
    model = AugmentedRestoration(network or restoration_network(tiny), clip=(0.0, 1.5))
    return RestorationProbe(model, batches, batches.settings)


def rotation_probe(tiny: Experiment, store) -> RotationProbe:
    batches = sampler(tiny, store, "rotation")
    return RotationProbe(rotation_network(tiny), batches, batches.settings, (0.0, 1.5))


def test_accuracy_is_the_share_of_turns_that_are_told(
    tiny: Experiment, store, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = rotation_probe(tiny, store)
    monkeypatch.setattr(probe, "_tell", lambda images: np.full(len(images), 2))
    assert probe.measure() == {"rotation_accuracy": 0.25, "rotation_accuracy_chance": 0.25}
    assert sum(len(images) for images, _ in probe.views) == 80


@pytest.mark.parametrize("task", ["inpainting", "context-restoration"])
def test_a_network_that_changes_nothing_has_the_error_of_the_input(
    tiny: Experiment, store, task: str
) -> None:
    image = keras.Input((32, 32, 1))
    unchanged = keras.Model(image, keras.layers.Activation("linear")(image))
    probe = restoration_probe(tiny, store, task, unchanged)
    row = probe.measure()
    assert row["restoration_error"] == row["restoration_error_of_input"] > 0
    given, targets = (np.concatenate(each) for each in zip(*probe.views, strict=True))
    original, mask = targets[..., 0], targets[..., 1] > 0
    squares = [
        np.mean((g[..., 0] - o)[m] ** 2) for g, o, m in zip(given, original, mask, strict=True)
    ]
    assert row["restoration_error"] == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-5)
    if task == "inpainting":
        assert (given[..., 0][mask] == 0).all()
        assert np.array_equal(given[..., 0][~mask], original[~mask])
    else:
        assert mask.all()
        for one, other in zip(given[..., 0], original, strict=True):
            assert np.array_equal(np.sort(one, axis=None), np.sort(other, axis=None))


@pytest.mark.parametrize("task", ["rotation", "inpainting", "context-restoration"])
def test_measuring_moves_no_variable_and_repeats_itself(tiny: Experiment, store, task: str) -> None:
    probe = (
        rotation_probe(tiny, store) if task == "rotation" else restoration_probe(tiny, store, task)
    )
    before = weights_of(probe.network)
    assert probe.measure() == probe.measure()
    ((name, (caption, png)),) = probe.draw().items()
    assert name.endswith(".png") and caption.endswith(".") and png.startswith(b"\x89PNG")
    after = weights_of(probe.network)
    assert all(np.array_equal(before[path], after[path]) for path in before)


def test_a_run_leaves_columns_and_a_captioned_figure(trained: Path) -> None:
    run = Run.open(trained / "pretrain_pretext")
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["step"] for row in rows if row["rotation_accuracy"] is not None] == [2, 4, 5]
    captions = json.loads((run.path / "figures" / "captions.json").read_text())
    assert list(captions) == ["rotation.png"]


def test_a_task_that_cannot_be_learnt_does_not_stop_the_run(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    blank = dataclasses.replace(store, images=np.zeros_like(store.images))
    run = run_stage("pretrain_pretext", tiny, blank, tmp_path)
    assert run.finished and not (run.path / "figures").exists()
