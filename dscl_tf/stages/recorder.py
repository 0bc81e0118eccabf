"""What happens at the end of each report of a training: metrics, validation, checkpoint."""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras

from dscl_tf.devices.together import failing_together
from dscl_tf.errors import TrainingError
from dscl_tf.health import Monitor
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.mean_teacher import SHARE
from dscl_tf.progress import TICK, Progress, tell
from dscl_tf.runs.checkpoint import load_best, restore_checkpoint, save_best, save_checkpoint
from dscl_tf.runs.metrics_log import MetricsLog, Row
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Validation:
    """How a network is scored while it is trained.

    Attributes:
        scores: returns columns of metrics.csv for a network; by "validation_dice", higher for a
            better one, the best weights are chosen.
        every: steps between validations, a multiple of `runtime.report_every`; the last step is
            always followed by one.
    """

    scores: Callable[[keras.Model], Row]
    every: int


class Recorder(keras.callbacks.Callback):
    """Counts the steps of a run, and at the end of each report logs, validates and saves.

    One report is one epoch of `fit`.

    Attributes:
        step: the steps done.
        log: the run's metrics.
        compiling: whether the next step is one that compiles, which is left out of the pace.
        seconds_to_first_step: from the start of the training to the end of its first step.
    """

    def __init__(
        self, run: Run, total: int, validation: Validation | None, monitor: Monitor | None
    ) -> None:
        """Record a training of `total` steps in `run`."""
        super().__init__()
        self.run = run
        self.total = total
        self.validation = validation
        self.monitor = monitor
        self.log = MetricsLog(run.path, total, run.stage, run.config.data.classes, run.writes)
        self.step = 0
        self.best_score, self.best_step = -math.inf, 0
        self.started = time.perf_counter()
        self.seconds_to_first_step: float | None = None
        self.compiling = True

    def restore(self, model: AugmentedModel) -> None:
        """Go back to the run's checkpoint, where there is one.

        Args:
            model: the compiled model; its networks and its optimiser take the saved values.
        """
        step = restore_checkpoint(self.run, model, model.networks, steps=self.total)
        if step is None:
            return
        self.step = step
        if (self.run.path / "best.npz").is_file():
            best = load_best(self.run, model.network)
            self.best_score, self.best_step = best.dice, best.step
        self.log.resume(self.step)
        logger.info(f"resuming after step {self.step}")

    def best(self) -> dict[str, float]:
        """Return the entries of run.json on the best validation, none without validation."""
        if self.validation is None:
            return {}
        return {"best_validation_dice": self.best_score, "best_step": self.best_step}

    def on_train_begin(self, logs: Any = None) -> None:
        """Tell a display that the next step takes longer."""
        if self.compiling:
            self._tick("compiling")

    def _tick(self, state: str = "") -> None:
        """Tell a display, and nobody else, how far the training is."""
        if logger.isEnabledFor(TICK):
            progress = Progress(self.run.stage, self.step, self.total, state=state)
            tell(logger, f"step {self.step}/{self.total}  {state}", progress, TICK)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock of a report."""
        self.steps_timed, self.clock = 0, time.perf_counter()
        self.first_step_of_report = self.step + 1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count a step."""
        self.step += 1
        if self.compiling:
            # The first step compiles: it is reported apart and left out of the pace.
            self.compiling = False
            self.clock = time.perf_counter()
            if self.seconds_to_first_step is None:
                self.seconds_to_first_step = self.clock - self.started
            logger.debug(f"compiled and took a step in {self.clock - self.started:.1f} s")
        else:
            self.steps_timed += 1
        self._tick()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Log, validate and save.

        Raises:
            TrainingError: the loss is not finite, and nothing is saved; or the representation has
                collapsed.
        """
        with failing_together():  # so that all processes find the same files afterwards
            self._report(logs)

    def _report(self, logs: Any) -> None:
        pace = (time.perf_counter() - self.clock) / max(self.steps_timed, 1)
        loss = self._finite(float(logs["loss"]))
        last = self.step == self.total
        scores: Row = {"validation_dice": None}
        if self.validation and (last or self.step % self.validation.every == 0):
            scores = self._validated(self.validation)
        # `self.model` brings JAX's variables up to date, which the monitor reads.
        rate = float(self.model.optimizer.learning_rate)
        measured: Row = {}
        if self.monitor and self.monitor.due(self.step, last):
            measured = self.monitor.measure()
        self.log.add(
            {
                "step": self.step,
                "loss": loss,
                **_losses_of_outputs(logs),
                **{name: float(logs[name]) for name in logs if name.startswith(SHARE)},
                "learning_rate": rate,
                "seconds_per_step": pace,
                **scores,
                **measured,
            }
        )
        if self.step % self.run.config.runtime.checkpoint_every == 0 or last:
            save_checkpoint(self.run, self.model, self.model.networks, self.step)
            logger.debug(f"checkpoint after step {self.step}")
        if self.monitor:
            self.monitor.check(self.log.rows, self.total, self.run)

    def _finite(self, loss: float) -> float:
        if math.isfinite(loss):
            return loss
        raise TrainingError(
            f"{self.run.path}: the loss must stay finite, became {loss} between steps "
            f"{self.first_step_of_report} and {self.step}; try a lower learning_rate or "
            "runtime.precision=float32"
        )

    def _validated(self, validation: Validation) -> Row:
        """Score the network, and keep its weights if none scored higher."""
        self._tick("validating")
        scores = validation.scores(self.model.network)
        score = scores["validation_dice"] or 0.0
        if score > self.best_score:
            self.best_score, self.best_step = score, self.step
            save_best(self.run, self.model.network, self.step, score)
            logger.debug(f"best weights so far, validation Dice {score:.3f}")
        return scores


def _losses_of_outputs(logs: Mapping[str, Any]) -> dict[str, float]:
    """Rename what Keras calls `OUTPUT_loss`, as it reports where there are several outputs."""
    return {
        f"loss_{name.removesuffix('_loss')}": float(value)
        for name, value in logs.items()
        if name.endswith("_loss")
    }
