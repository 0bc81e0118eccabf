"""Trackers get every row of metrics.csv, also of a run that is resumed."""

from pathlib import Path

import pytest

from dscl_tf.config import Experiment, load_config
from dscl_tf.config.files import dump, replace
from dscl_tf.errors import UsageError
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.stages import run_stage
from tests.logs import interrupted_at


@pytest.fixture
def config(tiny: Experiment) -> Experiment:
    return replace(tiny, {"runtime.loggers": ["mlflow"]})


def train(config: Experiment, store, runs: Path, **options):
    return run_stage("pretrain_global", config, store, runs, name="mine", **options)


def test_mlflow_gets_the_metrics_of_a_resumed_run(
    config: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "mlruns").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    with interrupted_at("step 4"):
        train(config, store, tmp_path)
    run = train(config, store, tmp_path, resume=True)
    client = mlflow.MlflowClient((tmp_path / "mlruns").as_uri())
    (experiment,) = client.search_experiments(filter_string="name = 'tiny'")
    (tracked,) = client.search_runs([experiment.experiment_id])
    assert tracked.info.run_id == run.record["mlflow_run"]
    assert (tracked.info.status, tracked.info.run_name) == ("FINISHED", "mine")
    assert tracked.data.params["strategy"] == "GD"
    sent = client.get_metric_history(tracked.info.run_id, "loss")
    rows = read_metrics(run.path / "metrics.csv")
    assert {one.step: one.value for one in sent} == {row["step"]: row["loss"] for row in rows}


def test_weights_and_biases_keeps_an_offline_run(
    tiny: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    run = train(replace(tiny, {"runtime.loggers": ["wandb"]}), store, tmp_path)
    (written,) = (run.path / "wandb").glob(f"offline-run-*/run-{run.record['wandb_run']}.wandb")
    assert written.stat().st_size > 0


def test_what_a_tracker_refuses_is_told_once_and_training_goes_on(
    config: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    from dscl_tf.stages.loggers import MLflow

    def refuse(*arguments: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(MLflow, "begin", lambda self, run, id: "7")
    monkeypatch.setattr(MLflow, "send", refuse)
    monkeypatch.setattr(MLflow, "end", lambda self, finished: None)
    assert train(config, store, tmp_path).finished
    assert [line for line in lines if "no route" in line] == [
        "mlflow: no route to host; the training goes on without it"
    ]


def test_a_tracker_that_is_not_installed_is_a_line(
    config: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mlflow", None)
    with pytest.raises(UsageError, match=r"mlflow must be installed: pip install 'dscl-tf\[mlflo"):
        train(config, store, tmp_path)
    assert not (tmp_path / "mine").exists()


def test_no_tracker_is_the_default_and_left_out_of_what_is_written(tiny: Experiment) -> None:
    assert "loggers" not in dump(tiny)
    with pytest.raises(UsageError, match=r"runtime\.loggers"):
        load_config("phantom", ["runtime.loggers=[neptune]"])
