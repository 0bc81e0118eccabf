"""Experiment trackers beside metrics.csv and TensorBoard, as Keras callbacks; off by default."""

import logging
from abc import abstractmethod
from typing import Any

import keras

from dscl_tf.errors import UsageError, one_line
from dscl_tf.runs.metrics_log import MetricsLog
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


class Tracker(keras.callbacks.Callback):
    """Sends each row of metrics.csv to a tracker, once it is written.

    A resumed run goes on under the tracker's own id of it, which run.json keeps. What the tracker
    refuses while it trains is told once, and the training goes on.

    ::

        model.fit(..., callbacks=[recorder, *trackers(run, recorder.log)])
    """

    name: str
    """As `runtime.loggers` has it, and as the library is imported."""

    def __init__(self, run: Run, log: MetricsLog) -> None:
        """Track `run`.

        Raises:
            UsageError: the library is not installed, or does not begin.
        """
        super().__init__()
        self.log = log
        self.key = f"{self.name}_run"  # of run.json
        self.failed = False
        try:
            id = self.begin(run, run.record.get(self.key))
        except ImportError as error:
            raise UsageError(
                f"runtime.loggers: {self.name} must be installed: pip install "
                f"'dscl-tf[{self.name}]'"
            ) from error
        except Exception as error:
            raise UsageError(f"runtime.loggers: {self.name}: {one_line(error)}") from error
        run.update(**{self.key: id})

    @abstractmethod
    def begin(self, run: Run, id: str | None) -> str:
        """Begin, or go on with the tracker's run `id`; return its id."""

    @abstractmethod
    def send(self, step: int, values: dict[str, float]) -> None:
        """Send the values of a step."""

    @abstractmethod
    def end(self, finished: bool) -> None:
        """End the tracker's run."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Send the newest row, which the recorder has just written."""
        row = {key: value for key, value in self.log.rows[-1].items() if value is not None}
        self._try(lambda: self.send(int(row.pop("step")), row))

    def close(self, finished: bool) -> None:
        """End the tracker's run."""
        self._try(lambda: self.end(finished))

    def _try(self, call: Any) -> None:
        try:
            call()
        except Exception as error:
            if not self.failed:
                logger.warning(f"{self.name}: {one_line(error)}; the training goes on without it")
            self.failed = True


class MLflow(Tracker):
    """To the MLflow server or folder that MLFLOW_TRACKING_URI names."""

    name = "mlflow"

    def begin(self, run: Run, id: str | None) -> str:
        """Begin, or go on with a run; return its id."""
        import mlflow

        self.client = mlflow.MlflowClient()
        if id is None:
            named = self.client.get_experiment_by_name(run.experiment)
            where = named.experiment_id if named else self.client.create_experiment(run.experiment)
            id = self.client.create_run(where, run_name=run.path.name).info.run_id
            for key, value in settings(run).items():
                self.client.log_param(id, key, value)
        self.id: str = id
        return id

    def send(self, step: int, values: dict[str, float]) -> None:
        """Send the values of a step."""
        for key, value in values.items():
            self.client.log_metric(self.id, key, value, step=step)

    def end(self, finished: bool) -> None:
        """End the run."""
        self.client.set_terminated(self.id, "FINISHED" if finished else "KILLED")


class WeightsAndBiases(Tracker):
    """To Weights & Biases, as its own environment variables say; WANDB_MODE=offline keeps it."""

    name = "wandb"

    def begin(self, run: Run, id: str | None) -> str:
        """Begin, or go on with a run; return its id."""
        import wandb

        self.session = wandb.init(
            project=run.experiment,
            name=run.path.name,
            id=id,
            resume="allow",
            dir=str(run.path),
            config=settings(run),
        )
        return self.session.id

    def send(self, step: int, values: dict[str, float]) -> None:
        """Send the values of a step."""
        self.session.log(values, step=step)

    def end(self, finished: bool) -> None:
        """End the run."""
        self.session.finish(exit_code=0 if finished else 1)


TRACKERS: dict[str, type[Tracker]] = {kind.name: kind for kind in (MLflow, WeightsAndBiases)}


def trackers(run: Run, log: MetricsLog) -> list[Tracker]:
    """Return the trackers that `runtime.loggers` names.

    Raises:
        UsageError: one is not installed, or does not begin.
    """
    return [TRACKERS[name](run, log) for name in run.config.runtime.loggers]


def settings(run: Run) -> dict[str, Any]:
    """Return what a tracker shows beside the curve: seed, stage and the stage's own settings."""
    section = getattr(run.config, run.stage).model_dump(mode="json")
    shown = {key: value for key, value in section.items() if not isinstance(value, dict)}
    return {"stage": run.stage, "seed": run.config.runtime.seed, **shown}
