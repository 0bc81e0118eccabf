import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import LocalBatches
from dscl_tf.health import MovedRegionMonitor
from dscl_tf.models import MovedRegions, weights_of
from dscl_tf.runs.networks import region_embedding_network
from dscl_tf.stages.moved_objective import moved_objective

RUN: Any = SimpleNamespace(path=Path("runs/mine"), stage="pretrain_local")


@pytest.fixture
def monitor(tiny: Experiment, store) -> MovedRegionMonitor:
    changes = {"pretrain_local.views": "moved", "pretrain_local.motion.shift": 0.05}
    config = replace(tiny, {**changes, "pretrain_local.motion.rotation": 5})
    corners, loss = moved_objective(config)
    model = MovedRegions(region_embedding_network(config, corners), loss)
    batches = LocalBatches(store, ("001", "002", "003"), config.pretrain_local, seed=1)
    return MovedRegionMonitor(model, batches, config.pretrain_local)


def test_it_measures_the_loss_over_chance_and_changes_no_variable(
    monitor: MovedRegionMonitor,
) -> None:
    before = {path: np.array(array) for path, array in weights_of(monitor.network).items()}
    row = monitor.measure()
    after = weights_of(monitor.network)
    assert all(np.array_equal(before[path], after[path]) for path in before)
    assert 0.2 < row["loss_of_chance"] < 3
    assert row["cosine_margin"] == pytest.approx(row["positive_cosine"] - row["negative_cosine"])
    assert math.log(2) < row["loss_chance"] < math.log(1 + 2 * 2 + 7)  # elsewhere; other images


def test_a_task_that_is_solved_early_is_said_once(monitor: MovedRegionMonitor, lines) -> None:
    def row(step: int, share: float) -> dict[str, float | None]:
        return {"step": step, "loss": 1.0, "loss_of_chance": share}

    monitor.check([row(25, 0.2)], 100, RUN)
    monitor.check([row(60, 0.05)], 100, RUN)  # in the second half
    assert not lines
    for _ in range(2):
        monitor.check([row(25, 0.05)], 100, RUN)
    assert len(lines) == 1
    assert "at step 25 of 100 the region loss is at 5% of its chance value" in lines[0]
