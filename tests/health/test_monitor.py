"""What holds for every monitor."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.health import Monitor
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from tests.health.monitors import (
    region_monitor,
    restoration_monitor,
    rotation_monitor,
    slice_monitor,
)

MAKERS = {
    "slices": lambda config, store: slice_monitor(config, store),
    "regions": lambda config, store: region_monitor(config, store),
    "rotation": lambda config, store: rotation_monitor(config, store),
    "inpainting": lambda config, store: restoration_monitor(config, store, "inpainting"),
    "context": lambda config, store: restoration_monitor(config, store, "context-restoration"),
}


class Counter(Monitor):
    """Measures how often it has measured."""

    every = 4
    count = 0

    def measure(self) -> dict:
        self.count += 1
        return {"count": self.count}

    def draw(self) -> dict:
        return {"a.png": ("First.", b"one"), "b.png": ("Second.", b"two")}


def test_measurements_are_due_every_so_many_steps_and_at_the_end() -> None:
    monitor = Counter()
    assert [step for step in range(1, 11) if monitor.due(step, last=step == 10)] == [4, 8, 10]
    monitor.every = None
    assert not monitor.due(4, last=True)


def test_figures_are_saved_with_their_captions(tiny: Experiment, tmp_path: Path) -> None:
    run = Run.create(tmp_path, "run", "pretrain_global", tiny, {})
    monitor = Counter()
    monitor.save_figures(run)
    captions = json.loads((run.path / "figures" / "captions.json").read_text())
    assert captions == {"a.png": "First.", "b.png": "Second."}
    assert (run.path / "figures" / "b.png").read_bytes() == b"two"
    unmonitored = Run.create(tmp_path, "other", "pretrain_global", tiny, {})
    monitor.every = 0
    monitor.save_figures(unmonitored)
    assert not (unmonitored.path / "figures").exists()


@pytest.mark.parametrize("kind", MAKERS)
def test_measuring_moves_no_variable_and_repeats_itself(tiny: Experiment, store, kind: str) -> None:
    monitor = MAKERS[kind](tiny, store)
    network = monitor.model.network if hasattr(monitor, "model") else monitor.network
    before = weights_of(network)
    assert any("moving_mean" in path for path in before)
    assert monitor.measure() == monitor.measure()
    ((name, (caption, png)),) = monitor.draw().items()
    assert name.endswith(".png") and caption.endswith(".") and png.startswith(b"\x89PNG")
    after = weights_of(network)
    assert all(np.array_equal(before[path], after[path]) for path in before)


@pytest.mark.parametrize(
    ("stage", "init"),
    [("pretrain_global", None), ("pretrain_local", "none"), ("pretrain_joint", None)],
)
def test_a_monitored_run_ends_as_one_that_is_not_and_reads_no_mask(
    tiny: Experiment, unlabelled_store, tmp_path: Path, stage: str, init: str | None
) -> None:
    monitored, plain = (
        run_stage(
            stage,
            replace(tiny, {f"{stage}.health_every": every}),
            unlabelled_store,
            tmp_path / str(every),
            init=init,
        )
        for every in (2, None)
    )
    for name in ("weights", "checkpoint"):
        one, other = (run.load_arrays(name) for run in (monitored, plain))
        assert one.keys() == other.keys()
        assert all(one[key].tobytes() == other[key].tobytes() for key in one)
    rows, plain_rows = (read_metrics(run.path / "metrics.csv") for run in (monitored, plain))
    assert [row["loss"] for row in rows] == [row["loss"] for row in plain_rows]
    assert not (plain.path / "figures").exists()
    assert not any("spread" in name for name in plain_rows[0])


@pytest.mark.parametrize(
    ("stage", "figure", "column"),
    [
        ("pretrain_global", "slice_embeddings.png", "partition_retrieval"),
        ("pretrain_local", "region_similarity.png", "cosine_margin"),
        ("pretrain_pretext", "rotation.png", "rotation_accuracy"),
    ],
)
def test_a_run_leaves_columns_and_captioned_figures(
    trained: Path, stage: str, figure: str, column: str
) -> None:
    run = Run.open(trained / stage)
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["step"] for row in rows if row[column] is not None] == [2, 4, 5]
    captions = json.loads((run.path / "figures" / "captions.json").read_text())
    assert list(captions) == [figure]
    assert (run.path / "figures" / figure).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("stage", ["pretrain_global", "pretrain_local", "pretrain_joint"])
def test_measurements_fall_on_reports(tiny: Experiment, stage: str) -> None:
    message = rf"{stage}\.health_every: must be a multiple of runtime\.report_every \(2\), got 3"
    with pytest.raises(UsageError, match=message):
        replace(tiny, {f"{stage}.health_every": 3})


def test_a_task_that_cannot_be_learnt_does_not_stop_the_run(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    blank = dataclasses.replace(store, images=np.zeros_like(store.images))
    run = run_stage("pretrain_pretext", tiny, blank, tmp_path)
    assert run.finished and not (run.path / "figures").exists()
