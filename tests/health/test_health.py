import dataclasses
import json
import math
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, LocalBatches
from dscl_tf.errors import TrainingError, UsageError
from dscl_tf.health import GlobalHealth, LocalHealth
from dscl_tf.health.measures import unit
from dscl_tf.losses import (
    GlobalContrastiveLoss,
    LocalContrastiveLoss,
    nearest_neighbours,
    region_corners,
)
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import local_map_size, region_embedding_network, slice_embedding_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.launch import run_stage
from dscl_tf.stages.training import precision

IDS = ("001", "002", "003")


def global_health(config: Experiment, store, ids=IDS, **changes) -> GlobalHealth:
    changes = {f"pretrain_global.{key}": value for key, value in changes.items()}
    config = replace(config, changes)
    settings = config.pretrain_global
    network = slice_embedding_network(config)
    loss = GlobalContrastiveLoss(settings.strategy, settings.temperature)
    batches = GlobalBatches(store, ids, settings, config.runtime.seed, settings.partitions)
    return GlobalHealth(network, loss, batches, settings, (0.0, 1.5))


def local_health(config: Experiment, store, size: int = 3) -> LocalHealth:
    config = replace(config, {"pretrain_local.region_size": size})
    settings = config.pretrain_local
    corners = region_corners(settings.regions, size, *local_map_size(config))
    network = region_embedding_network(config, corners)
    negatives = nearest_neighbours(corners, settings.negatives)
    loss = LocalContrastiveLoss(np.arange(settings.regions), negatives, settings.temperature)
    batches = LocalBatches(store, IDS, settings, config.runtime.seed)
    return LocalHealth(network, loss, batches, settings, (0.0, 1.5))


@pytest.mark.parametrize(
    ("stage", "init"),
    [("pretrain_global", None), ("pretrain_local", "none"), ("pretrain_joint", None)],
)
def test_watching_changes_nothing_and_reads_no_mask(
    tiny: Experiment, unlabelled_store, tmp_path: Path, stage: str, init: str | None
) -> None:
    watched, unwatched = (
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
        one, other = (run.load_arrays(name) for run in (watched, unwatched))
        assert one.keys() == other.keys()
        assert all(one[key].tobytes() == other[key].tobytes() for key in one)
    losses, plain = (
        [row["loss"] for row in read_metrics(run.path / "metrics.csv")]
        for run in (watched, unwatched)
    )
    assert losses == plain
    assert not (unwatched.path / "figures").exists()
    assert not any("spread" in name for name in read_metrics(unwatched.path / "metrics.csv")[0])


@pytest.mark.parametrize(
    ("stage", "figure", "column"),
    [
        ("pretrain_global", "slice_embeddings.png", "partition_retrieval"),
        ("pretrain_local", "region_similarity.png", "cosine_margin"),
    ],
)
def test_a_run_leaves_columns_and_captioned_figures(
    trained: Path, stage: str, figure: str, column: str
) -> None:
    run = Run.open(trained / stage)
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["step"] for row in rows if row[column] is not None] == [2, 4, 5]
    for row in rows:
        assert row["cosine_margin"] == row["positive_cosine"] - row["negative_cosine"]
        assert 1 <= row["effective_rank"] <= 8
        assert 0 < row["spread"] < 1.1
    captions = json.loads((run.path / "figures" / "captions.json").read_text())
    assert list(captions) == [figure]
    assert (run.path / "figures" / figure).read_bytes().startswith(b"\x89PNG")


def test_measuring_moves_no_variable_and_repeats_itself(tiny: Experiment, store) -> None:
    for health in (global_health(tiny, store), local_health(tiny, store)):
        before = weights_of(health.network)
        assert any("moving_mean" in path for path in before)
        assert health.measure() == health.measure()
        health.draw()
        after = weights_of(health.network)
        assert all(np.array_equal(before[path], after[path]) for path in before)


def test_the_network_is_applied_as_in_training_under_the_weights_that_are_asked_for(
    tiny: Experiment, store
) -> None:
    health = global_health(tiny, store)
    images = np.asarray(store.images[:8])
    initial = health.embed(images)
    variable = health.network.trainable_variables[0]
    variable.assign(variable * -2)
    expected = keras.ops.convert_to_numpy(health.network(images, training=True))
    np.testing.assert_allclose(health.embed(images), expected, atol=1e-5)
    np.testing.assert_allclose(health.embed(images, health.initial), initial, atol=1e-6)
    assert not np.allclose(initial, expected, atol=1e-3)


def test_the_probe_is_fixed_by_the_seed_and_holds_partitions_of_many_volumes(
    tiny: Experiment, store
) -> None:
    health = global_health(tiny, store)
    table = health.batches.table
    assert len(set(health.clean.tolist())) == len(health.clean) <= 64
    cells = set(zip(table.volumes[health.clean], table.partitions[health.clean], strict=True))
    assert len(cells) == 3 * 4
    assert np.array_equal(health.clean, global_health(tiny, store).clean)
    other = global_health(replace(tiny, {"runtime.seed": 9}), store)
    assert not np.array_equal(health.views[0][0], other.views[0][0])
    for step in range(20):
        assert not np.array_equal(
            health.batches[step][0]["brightness"], health._draw_batch(0)[0]["brightness"]
        )


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_chance_is_the_mean_of_log_one_plus_negatives(
    tiny: Experiment, store, strategy: str
) -> None:
    health = global_health(tiny, store, strategy=strategy, batch_size=18)
    _, labels = health._draw_batch(0)
    terms = []
    for anchor in labels:
        if strategy == "GR":
            negatives = sum(row[0] != anchor[0] for row in labels)
        else:
            negatives = sum(row[2] != anchor[2] for row in labels)
        positives = 1
        if strategy == "GD":
            positives += sum(row[1] != anchor[1] and row[2] == anchor[2] for row in labels)
        terms += [math.log(1 + negatives)] * positives
    assert health.chance == pytest.approx(np.mean(terms), abs=1e-4)


def test_chance_of_the_local_loss_counts_negatives_in_both_maps(tiny: Experiment, store) -> None:
    assert local_health(tiny, store).chance == pytest.approx(math.log(1 + 2 * 2), abs=1e-4)


def test_one_volume_alone_has_no_retrieval(tiny: Experiment, store) -> None:
    health = global_health(tiny, store, ids=("001",), strategy="GR", batch_size=4)
    row = health.measure()
    assert "partition_retrieval" not in row and "partition_retrieval_chance" not in row
    assert math.isfinite(row["cosine_margin"])
    assert list(health.draw()) == ["slice_embeddings.png"]


@pytest.mark.parametrize("size", [1, 3])
def test_the_similarity_map_holds_the_regions_of_the_loss(
    tiny: Experiment, store, size: int
) -> None:
    health = local_health(tiny, store, size)
    corners = np.array(health.network.get_layer("g2_regions").corners)
    images = health._pictured()
    maps = health._similarities(images, corners[2], None)
    regions = unit(health.embed(images))
    for row in range(2):
        expected = regions[row] @ regions[0, 2]
        np.testing.assert_allclose(maps[row][tuple(corners.T)], expected, atol=1e-4)


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
        global_health(tiny, store).check(rows, 300, run)
    global_health(tiny, store, stop_on_collapse=False).check(rows, 300, run)


@pytest.mark.parametrize("stage", ["pretrain_global", "pretrain_local", "pretrain_joint"])
def test_probes_fall_on_reports(tiny: Experiment, stage: str) -> None:
    message = rf"{stage}\.health_every: must be a multiple of runtime\.report_every \(2\), got 3"
    with pytest.raises(UsageError, match=message):
        replace(tiny, {f"{stage}.health_every": 3})


def test_low_precision_is_measured_in_float32(tiny: Experiment, store) -> None:
    with precision("mixed_bfloat16"):
        health = global_health(tiny, store)
        assert health.embed(np.asarray(store.images[:4])).dtype == "float32"
        assert all(math.isfinite(value) for value in health.measure().values())
