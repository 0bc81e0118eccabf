from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Augmentation, Experiment, PretrainGlobal
from dscl_tf.config.files import replace
from dscl_tf.errors import TrainingError
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.precision import precision
from dscl_tf.models.weights import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.objective import Objective, Phase, one_phase
from dscl_tf.stages.recorder import Validation
from dscl_tf.stages.training import train
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs

MEAN_SQUARES = keras.losses.MeanSquaredError()


class Numbers:
    """Batches whose target is twice the image; NaN from step `broken` on."""

    def __init__(self, broken: int = 1000) -> None:
        self.broken = broken

    def __getitem__(self, step: int):
        image = np.random.default_rng(step).normal(size=(4, 2, 2, 1)).astype("float32")
        image += np.float32("nan") if step >= self.broken else 0
        return {"image": image}, 2 * image

    def iterate(self, first_step: int):
        while True:
            yield self[first_step]
            first_step += 1


def one_weight() -> AugmentedModel:
    image = keras.Input((2, 2, 1))
    kernel = keras.initializers.Constant(0.5)
    output = keras.layers.Conv2D(1, 1, name="conv", kernel_initializer=kernel)(image)
    return AugmentedModel(keras.Model(image, output))


def new_run(config: Experiment, runs: Path) -> Run:
    return Run.create(runs, None, "pretrain_global", config, {"init": None})


def settings(steps: int) -> PretrainGlobal:
    return PretrainGlobal(steps=steps, learning_rate=0.1, augmentation=Augmentation())


def train_numbers(config: Experiment, runs: Path, batches=None, steps=6, **options) -> Run:
    run = new_run(config, runs)
    objective = Objective(one_weight(), MEAN_SQUARES, batches or Numbers())
    train(run, settings(steps), one_phase(objective), **options)
    return run


def test_the_last_report_may_be_shorter(tiny: Experiment, tmp_path, lines) -> None:
    run = train_numbers(tiny, tmp_path, steps=5)
    assert [row["step"] for row in read_metrics(run.path / "metrics.csv")] == [2, 4, 5]
    assert [line.split("  ")[0] for line in lines] == ["step 2/5", "step 4/5", "step 5/5"]
    assert Run.open(run.path).finished


def test_the_best_and_the_last_weights_are_kept(tiny: Experiment, tmp_path) -> None:
    scores, seen = iter([0.3, 0.9, 0.5]), []

    def validate(network: keras.Model) -> dict[str, float]:
        seen.append(weights_of(network))
        score = next(scores)
        return {"validation_dice": score, "validation_dice_1": 1 - score}

    run = train_numbers(tiny, tmp_path, validation=Validation(validate, 2))
    best, last = run.load_arrays("weights"), run.load_arrays("last")
    assert best.keys() == last.keys() == seen[0].keys()
    for path in best:
        assert np.array_equal(best[path], seen[1][path])
        assert np.array_equal(last[path], seen[2][path])
    assert (run.record["best_step"], run.record["best_validation_dice"]) == (4, 0.9)
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["validation_dice"] for row in rows] == [0.3, 0.9, 0.5]
    assert [row["validation_dice_1"] for row in rows] == [0.7, 1 - 0.9, 0.5]


def two_phases(made: list[tuple[int, int]]) -> list[Phase]:
    """The second phase has another loss, and a model of its own around the same network."""
    first = one_weight()

    def objective(start: int, done: int) -> Objective:
        made.append((start, done))
        if start == 0:
            return Objective(first, MEAN_SQUARES, Numbers())
        again = AugmentedModel(first.network)
        return Objective(again, keras.losses.MeanAbsoluteError(), Numbers())

    return [Phase(start, partial(objective, start)) for start in (0, 2)]


def test_each_phase_has_its_objective_and_a_resumed_one_goes_on_bit_by_bit(
    tiny: Experiment, tmp_path: Path
) -> None:
    made: list[tuple[int, int]] = []
    whole = new_run(tiny, tmp_path / "whole")
    train(whole, settings(6), two_phases(made))
    assert made == [(0, 0), (2, 2)]
    assert whole.load_arrays("checkpoint")["optimizer/0000"] == 6  # its steps, in both phases

    killed = new_run(tiny, tmp_path / "killed")
    with interrupted_at("step 6"):
        train(killed, settings(6), two_phases([]))
    resumed: list[tuple[int, int]] = []
    train(killed, settings(6), two_phases(resumed))
    assert resumed == [(0, 0), (2, 4)]
    assert_equal_runs(whole.path, killed.path)


def test_a_loss_that_is_not_finite_stops_and_keeps_the_checkpoint(
    tiny: Experiment, tmp_path
) -> None:
    message = r"loss must stay finite, became nan between steps 3 and 4; try a lower learning_rate"
    with pytest.raises(TrainingError, match=message):
        train_numbers(tiny, tmp_path, Numbers(broken=3))
    (run,) = (Run.open(path) for path in tmp_path.iterdir())
    checkpoint = run.load_arrays("checkpoint")
    assert checkpoint["state/step"] == 2
    assert all(np.isfinite(array).all() for key, array in checkpoint.items() if "state" not in key)
    assert not run.finished
    assert not (run.path / "weights.npz").exists()


def test_the_cosine_schedule_ends_at_zero(trained) -> None:
    rates = [row["learning_rate"] for row in read_metrics(trained / "finetune" / "metrics.csv")]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 1e-4 > 1e-9 > rates[-1]


def test_fine_tuning_can_overfit_one_volume(tiny: Experiment, store, tmp_path) -> None:
    changes = {"steps": 60, "learning_rate": 0.01, "augmentation": {}, "validate_every": 60}
    config = replace(tiny, {f"finetune.{key}": value for key, value in changes.items()})
    config = replace(config, {"runtime.report_every": 20, "runtime.checkpoint_every": 60})
    run = run_stage("finetune", config, store, tmp_path)
    losses = [row["loss"] for row in read_metrics(run.path / "metrics.csv")]
    assert losses[-1] < losses[0] - 0.15


@pytest.mark.parametrize(
    ("policy", "jit_compile"), [("mixed_bfloat16", True), ("mixed_float16", False)]
)
def test_low_precision_trains_with_a_finite_loss(
    unlabelled_store, tiny: Experiment, tmp_path, policy: str, jit_compile: bool
) -> None:
    runtime = {"runtime.precision": policy, "runtime.jit_compile": jit_compile}
    run = run_stage("pretrain_global", replace(tiny, runtime), unlabelled_store, tmp_path)
    losses = [row["loss"] for row in read_metrics(run.path / "metrics.csv")]
    assert np.isfinite(losses).all()
    assert all(array.dtype == "float32" for array in run.load_arrays("weights").values())


def test_float16_scales_the_loss(tiny: Experiment, tmp_path) -> None:
    with precision("mixed_float16"):
        run = train_numbers(tiny, tmp_path)
        scaled = run.load_arrays("checkpoint")
    assert any(array.shape == () and array >= 2**10 for array in scaled.values())
    assert keras.config.dtype_policy().name == "float32"
