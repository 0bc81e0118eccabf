"""The one training loop: Keras's `fit`, phase by phase, with checkpoints and resume."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from dscl_tf.config import Runtime, Training
from dscl_tf.devices.distribution import present_devices
from dscl_tf.devices.division import check_divisible
from dscl_tf.devices.together import failing_together
from dscl_tf.health import Monitor
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.weights import transfer_weights, weights_of
from dscl_tf.runs.checkpoint import load_best
from dscl_tf.runs.environment import now
from dscl_tf.runs.images import write_images
from dscl_tf.runs.run import Run
from dscl_tf.space import check_space
from dscl_tf.stages.feed import feed
from dscl_tf.stages.loggers import trackers
from dscl_tf.stages.objective import Objective, Phase
from dscl_tf.stages.optimizer import adam
from dscl_tf.stages.recorder import Recorder, Validation
from dscl_tf.stages.segments import segments


def train(
    run: Run,
    settings: Training,
    phases: Sequence[Phase],
    *,
    optimizer: keras.optimizers.Optimizer | None = None,
    validation: Validation | None = None,
    monitor: Monitor | None = None,
    conclude: Callable[[], Mapping[str, Any]] = dict,
) -> None:
    """Train from the run's checkpoint, or from the start, to the end; leave weights.npz.

    A training with one objective::

        objective = Objective(AugmentedModel(network), loss, batches)
        train(run, run.config.pretrain_global, one_phase(objective))

    Args:
        run: where to read and write; its configuration says how often to report and to save.
        settings: the stage's section of the configuration.
        phases: what to train, one phase after the other; the first starts at 0.
        optimizer: what all phases are trained with; Adam without one.
        validation: with it, weights.npz holds the weights that scored highest and last.npz the
            last ones.
        monitor: measures the network while it is trained, and draws figures at the end.
        conclude: gives further entries of run.json; it is called when the network has the weights
            that are kept, and before the run counts as finished.

    Raises:
        DataError: the disk has no room for what training writes.
        TrainingError: the loss is not finite; the last checkpoint stays as it was. Or the
            representation has collapsed.
        UsageError: the devices do not divide a batch.
    """
    runtime = run.config.runtime
    # Made even if a later phase is resumed: the checkpoint is of its networks and its optimiser.
    objective = phases[0].objective(0)
    _compile(objective, optimizer or adam(settings), runtime)
    _check_space(run, objective.model)
    _check_batch(objective, 0, run.stage)
    recorder = Recorder(run, settings.steps, validation, monitor)
    recorder.restore(objective.model)
    tracking = trackers(run, recorder.log)
    try:
        objective = _fit(phases, objective, recorder, [recorder, *tracking], runtime)
        with failing_together():
            _finish(run, objective.model, recorder, conclude)
    finally:
        for tracker in tracking:
            tracker.close(run.finished)


def _fit(
    phases: Sequence[Phase],
    objective: Objective,
    recorder: Recorder,
    callbacks: list[keras.callbacks.Callback],
    runtime: Runtime,
) -> Objective:
    """Train from the recorder's step to the end; return the last objective."""
    current = phases[0]
    for segment in segments(phases, recorder.step, recorder.total, runtime.report_every):
        if segment.phase is not current:
            current = segment.phase
            former, objective = objective, current.objective(segment.done)
            _check_batch(objective, segment.done, recorder.run.stage)
            if objective.model is not former.model:
                _compile(objective, former.model.optimizer, runtime)
                recorder.compiling = True
        objective.model.fit(
            feed(objective.batches, segment.done),
            steps_per_epoch=segment.steps,
            epochs=segment.reports,
            verbose=0,
            shuffle=False,
            callbacks=callbacks,
        )
    return objective


def _compile(objective: Objective, optimizer: keras.optimizers.Optimizer, runtime: Runtime) -> None:
    """Compile the objective's model, and make the optimiser's variables if it has none yet."""
    model = objective.model
    model.compile(
        optimizer,
        loss=objective.loss,
        loss_weights=objective.loss_weights,
        jit_compile=runtime.jit_compile,
    )
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def _check_space(run: Run, model: AugmentedModel) -> None:
    """Check that the disk has room for the checkpoint, which is written twice, and the weights.

    Raises:
        DataError: it has less.
    """
    weights = sum(_bytes(network.variables) for network in model.networks.values())
    state = weights + _bytes(model.optimizer.variables)
    check_space(run.path, 2 * state + 3 * _bytes(model.network.variables), "training")


def _bytes(variables: Sequence[keras.Variable]) -> int:
    return sum(math.prod(v.shape) * np.dtype(_stored(v.dtype)).itemsize for v in variables)


def _stored(dtype: str) -> str:
    """Return the type in which NumPy keeps a variable; it has no bfloat16."""
    return "float32" if dtype == "bfloat16" else dtype


def _check_batch(objective: Objective, step: int, stage: str) -> None:
    """Check that the devices divide the batch of a step."""
    if (devices := present_devices().count) > 1:
        check_divisible(objective.batches.plan_step(step), devices, stage)


def _finish(
    run: Run,
    model: AugmentedModel,
    recorder: Recorder,
    conclude: Callable[[], Mapping[str, Any]],
) -> None:
    """Leave the weights, the figures and the last entries of run.json."""
    monitor, steps = recorder.monitor, recorder.total
    if monitor and recorder.log.rows:
        monitor.check(recorder.log.rows, steps, run)  # again, where nothing was left to do
    if recorder.validation:
        run.save_arrays("last", weights_of(model.network))
        best = load_best(run, model.network)
        transfer_weights(model.network, best.weights, source=str(run.path / "best.npz"))
    run.save_arrays("weights", weights_of(model.network))
    if monitor:
        monitor.save_figures(run)
        pictures = sorted((run.path / "figures").glob("*.png"))
        write_images(
            run.path / "tensorboard", {one.stem: one.read_bytes() for one in pictures}, steps
        )
    concluded = conclude()
    run.update(
        status="finished",
        finished=now(),
        steps=steps,
        seconds_to_first_step=recorder.seconds_to_first_step,
        **recorder.best(),
        **concluded,
    )
