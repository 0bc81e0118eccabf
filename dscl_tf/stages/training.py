"""The one training loop: Keras's `fit`, reports, validation, checkpoints, resume."""

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras

from dscl_tf.config import Augmentation, Runtime, Training
from dscl_tf.data.samplers.batches import Batches
from dscl_tf.errors import TrainingError
from dscl_tf.health import Watch
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.weights import hand_over, weights_of
from dscl_tf.runs.checkpoint import (
    load_best,
    restore_checkpoint,
    save_best,
    save_checkpoint,
)
from dscl_tf.runs.environment import now
from dscl_tf.runs.metrics_log import MetricsLog
from dscl_tf.runs.run import Run
from dscl_tf.stages.feed import feed
from dscl_tf.stages.fused_adam import FusedAdam

logger = logging.getLogger(__name__)

Validation = Callable[[keras.Model], float]
# One loss, or one for each named output of the network.
Losses: TypeAlias = keras.losses.Loss | Mapping[str, keras.losses.Loss]


@dataclass(frozen=True)
class Objective:
    """What the steps of one phase of a stage minimise, and on which batches."""

    model: AugmentedModel
    loss: Losses
    batches: Batches
    loss_weights: Mapping[str, float] | None = None


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Build layers under a Keras dtype policy, and put the former one back."""
    former = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(former)


def intensity_clip(settings: Augmentation) -> tuple[float, float] | None:
    """Return the range that values are clipped to after a change of intensity or colour."""
    change = settings.intensity or settings.colour
    return change.clip if change else None


def scheduled_rate(stage: Training) -> Any:
    """Return the learning rate as optimisers take it: a number, or the stage's schedule."""
    if stage.schedule == "cosine":
        return keras.optimizers.schedules.CosineDecay(stage.learning_rate, stage.steps)
    return stage.learning_rate


def compile_model(
    model: keras.Model,
    loss: Losses,
    stage: Training,
    runtime: Runtime,
    loss_weights: Mapping[str, float] | None = None,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    """Compile with an optimiser, by default Adam, and make the optimiser's variables."""
    model.compile(
        optimizer or FusedAdam(scheduled_rate(stage)),
        loss=loss,
        loss_weights=loss_weights,
        jit_compile=runtime.jit_compile,
    )
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def train(
    model: AugmentedModel,
    loss: Losses,
    batches: Batches,
    run: Run,
    stage: Training,
    validate: Validation | None = None,
    validate_every: int = 0,
    loss_weights: Mapping[str, float] | None = None,
    health: Watch | None = None,
    later: Mapping[int, Callable[[int], Objective]] | None = None,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    """Train from the run's checkpoint, or from the start, to the end; leave weights.npz.

    With `validate`, weights.npz holds the weights that scored highest and last.npz the last ones.
    With a loss for each output the total is weighted by `loss_weights`, and the single losses are
    logged unweighted as `loss_OUTPUT`. `health` watches the representation and leaves figures.
    `later` has the objectives of further phases by the steps done when each starts, whole reports;
    it is called with the steps done, more than that on resume. They share networks and optimiser.
    `optimizer` is used in place of Adam.

    Raises:
        TrainingError: the loss is not finite; the last checkpoint stays as it was. Or the
            representation has collapsed.
    """
    runtime = run.config.runtime
    later = later or {}
    compile_model(model, loss, stage, runtime, loss_weights, optimizer)
    recorder = _Recorder(run, stage.steps, validate, validate_every, health)
    recorder.restore(model)
    current = Objective(model, loss, batches, loss_weights)
    for first, length, epochs in _segments(
        recorder.step, stage.steps, runtime.report_every, sorted(later)
    ):
        if started := [start for start in later if start <= first]:
            phase = later[max(started)](first)
            if phase.model is not current.model:
                shared = current.model.optimizer
                compile_model(phase.model, phase.loss, stage, runtime, phase.loss_weights, shared)
                recorder.compiling = True
            current = phase
        current.model.fit(
            feed(current.batches, first),
            steps_per_epoch=length,
            epochs=epochs,
            verbose=0,
            shuffle=False,
            callbacks=[recorder],
        )
    if health and recorder.log.rows:
        health.check(recorder.log.rows, stage.steps, run)  # again, where nothing was left to do
    if validate is not None:
        run.save_arrays("last", weights_of(model.network))
        hand_over(model.network, load_best(run).weights, source=str(run.path / "best.npz"))
    run.save_arrays("weights", weights_of(model.network))
    if health:
        health.save_figures(run)
    run.update(
        status="finished",
        finished=now(),
        steps=stage.steps,
        seconds_to_first_step=recorder.seconds_to_first_step,
        **recorder.best(),
    )


def _losses_of_outputs(logs: Mapping[str, Any]) -> dict[str, float]:
    """Rename what Keras calls `OUTPUT_loss`, as it reports where there are several outputs."""
    return {
        f"loss_{name.removesuffix('_loss')}": float(value)
        for name, value in logs.items()
        if name.endswith("_loss")
    }


def _segments(
    done: int, total: int, length: int, starts: Iterable[int] = ()
) -> Iterator[tuple[int, int, int]]:
    """Yield (first step, steps per report, reports): whole reports, then a shorter last one.

    A segment ends where a phase of `starts` begins.
    """
    for end in (*(start for start in starts if start > done), total):
        if whole := (end - done) // length:
            yield done, length, whole
        if rest := (end - done) % length:
            yield end - rest, rest, 1
        done = end


class _Recorder(keras.callbacks.Callback):
    """At the end of each report: metrics, validation, checkpoint."""

    def __init__(
        self,
        run: Run,
        total: int,
        validate: Validation | None,
        validate_every: int,
        health: Watch | None,
    ) -> None:
        super().__init__()
        self.run = run
        self.total = total
        self.validate = validate
        self.validate_every = validate_every
        self.health = health
        self.log = MetricsLog(run.path, total)
        self.step = 0
        self.best_dice, self.best_step = -math.inf, 0
        self.started = time.perf_counter()
        self.seconds_to_first_step: float | None = None
        self.compiling = True

    def restore(self, model: AugmentedModel) -> None:
        step = restore_checkpoint(self.run, model, model.networks)
        if step is not None:
            self.step = step
            if (self.run.path / "best.npz").is_file():
                best = load_best(self.run)
                self.best_dice, self.best_step = best.dice, best.step
            self.log.resume(self.step)
            logger.info(f"resuming after step {self.step}")

    def best(self) -> dict[str, float]:
        if self.validate is None:
            return {}
        return {"best_validation_dice": self.best_dice, "best_step": self.best_step}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.steps_timed, self.clock = 0, time.perf_counter()
        self.first_step_of_report = self.step + 1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.step += 1
        if self.compiling:
            # The first step compiles: it is reported apart and left out of the pace.
            self.compiling = False
            self.clock = time.perf_counter()
            if self.seconds_to_first_step is None:
                self.seconds_to_first_step = self.clock - self.started
        else:
            self.steps_timed += 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        pace = (time.perf_counter() - self.clock) / max(self.steps_timed, 1)
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise TrainingError(
                f"{self.run.path}: the loss must stay finite, became {loss} between steps "
                f"{self.first_step_of_report} and {self.step}; try a lower learning_rate or "
                "runtime.precision=float32"
            )
        last = self.step == self.total
        dice = None
        if self.validate and (last or self.step % self.validate_every == 0):
            dice = self._validated()
        # `self.model` brings JAX's variables up to date, which health reads.
        rate = float(self.model.optimizer.learning_rate)
        health = self.health.measure() if self.health and self.health.due(self.step, last) else {}
        self.log.add(
            {
                "step": self.step,
                "loss": loss,
                **_losses_of_outputs(logs),
                "learning_rate": rate,
                "seconds_per_step": pace,
                "validation_dice": dice,
                **health,
            }
        )
        if self.step % self.run.config.runtime.checkpoint_every == 0 or last:
            save_checkpoint(self.run, self.model, self.model.networks, self.step)
        if self.health:
            self.health.check(self.log.rows, self.total, self.run)

    def _validated(self) -> float:
        assert self.validate is not None
        dice = self.validate(self.model.network)
        if dice > self.best_dice:
            self.best_dice, self.best_step = dice, self.step
            save_best(self.run, self.model.network, self.step, dice)
        return dice
