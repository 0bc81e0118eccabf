"""Of several processes that train a run, one writes into its directory."""

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import TrainingError
from dscl_tf.runs.metrics_log import MetricsLog
from dscl_tf.runs.run import Run
from tests.runs.made import create


@pytest.fixture
def reader(tiny: Experiment, tmp_path) -> Run:
    run = create(tmp_path, tiny, "run")
    run.writes = False
    return run


def test_a_run_that_does_not_write_leaves_the_directory_as_it_is(reader: Run) -> None:
    before = {path.name: path.read_bytes() for path in reader.path.iterdir() if path.is_file()}
    with reader.locked():
        reader.update(status="finished")
        reader.save_arrays("weights", {"a": np.ones(2)})
        reader.discard_unless_started()
    assert reader.finished
    assert {path.name: path.read_bytes() for path in reader.path.iterdir()} == before


def test_it_checks_what_the_others_write(reader: Run) -> None:
    with pytest.raises(TrainingError, match="must stay finite"):
        reader.save_arrays("weights", {"a": np.array([np.nan])})


def test_its_log_keeps_rows_and_writes_none(reader: Run, lines) -> None:
    log = MetricsLog(reader.path, 4, writes=reader.writes)
    log.add({"step": 2, "loss": 0.5, "learning_rate": 1e-3, "seconds_per_step": 0.1})
    assert [row["step"] for row in log.rows] == [2] and lines == []
    assert not (reader.path / "metrics.csv").exists()
    assert not (reader.path / "tensorboard").exists()
