import json
from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import TrainingError
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import joint_embedding_network, region_embedding_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.local_objective import local_objective
from tests.health.monitors import joint_monitor, region_monitor


def test_a_run_leaves_the_columns_and_figures_of_both_parts(trained: Path) -> None:
    run = Run.open(trained / "pretrain_joint")
    rows = read_metrics(run.path / "metrics.csv")
    for row in rows:
        for part in ("global", "local"):
            margin = row[f"positive_cosine_{part}"] - row[f"negative_cosine_{part}"]
            assert row[f"cosine_margin_{part}"] == margin
            assert row[f"loss_{part}_chance"] > 0
        assert 0 <= row["partition_retrieval"] <= 1
    captions = json.loads((run.path / "figures" / "captions.json").read_text())
    assert list(captions) == ["slice_embeddings.png", "region_similarity.png"]


def test_either_part_that_collapses_stops_the_run(tiny: Experiment, store) -> None:
    monitor, run = joint_monitor(tiny, store), Run(Path("run"), tiny, {"stage": "pretrain_joint"})
    healthy = {"positive_cosine": 0.9, "negative_cosine": 0.1}
    collapsed = {"positive_cosine": 1.0, "negative_cosine": 1.0}
    for bad in ("global", "local", None):
        row = {"step": 250.0, "loss_global": 1.0, "loss_local": 1.0}
        for part in ("global", "local"):
            row |= {f"{n}_{part}": v for n, v in (collapsed if part == bad else healthy).items()}
        if bad is None:
            monitor.check([row], 300, run)
            continue
        with pytest.raises(TrainingError, match="all embeddings are equal at step 250"):
            monitor.check([row], 300, run)


def test_the_weights_of_the_trained_model_count(tiny: Experiment, store) -> None:
    corners, _ = local_objective(tiny)
    trained = joint_embedding_network(tiny, corners)
    monitor = region_monitor(tiny, store, trained=trained)
    before = monitor.measure()
    for variable in trained.trainable_variables:
        variable.assign(variable * -2 + 0.1)
    assert monitor.measure() != before
    assert {*weights_of(region_embedding_network(tiny, corners))} <= {*weights_of(trained)}
