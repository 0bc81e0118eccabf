from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError, UsageError
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import adversarial_networks
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.generators import load_generator
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs

STAGE = "pretrain_augmentation"
KINDS = ("deformation", "intensity")


@pytest.fixture(scope="module")
def runs(tiny: Experiment, store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished runs, a generator of each kind, named by it."""
    directory = tmp_path_factory.mktemp("generators")
    for kind in KINDS:
        config = replace(tiny, {f"{STAGE}.kind": kind})
        run_stage(STAGE, config, store, directory, name=kind)
    return directory


@pytest.mark.parametrize("kind", KINDS)
def test_all_three_networks_move(tiny: Experiment, runs: Path, kind: str) -> None:
    run = Run.open(runs / kind)
    scratch = weights_of(adversarial_networks(run.config).whole)
    weights = run.load_arrays("weights")
    assert weights.keys() == scratch.keys()
    still = [path for path in weights if np.array_equal(weights[path], scratch[path])]
    assert not still
    for path, array in weights_of(load_generator(run)).items():
        assert np.array_equal(array, weights[path])


def test_the_loss_is_the_weighted_sum_of_its_terms(runs: Path) -> None:
    for row in read_metrics(runs / "deformation" / "metrics.csv"):
        total = row["loss_segmentation"] + row["loss_adversarial"] + row["loss_discriminator"]
        assert row["loss_change"] < 0
        assert row["loss"] == pytest.approx(total + 1e-3 * row["loss_change"], rel=1e-5)


def test_a_resumed_run_equals_an_uninterrupted_one_bit_by_bit(
    tiny: Experiment, store, runs: Path, tmp_path: Path
) -> None:
    with interrupted_at("step 4"):
        run_stage(STAGE, tiny, store, tmp_path)
    resumed = run_stage(STAGE, tiny, store, tmp_path, resume=True)
    assert_equal_runs(runs / "deformation", resumed.path)


def test_fine_tuning_trains_on_samples_and_resumes_bit_by_bit(
    tiny: Experiment, store, runs: Path, tmp_path: Path
) -> None:
    config = replace(tiny, {"finetune.mixup": {}})
    generators = [str(runs / kind) for kind in KINDS]

    def start(where: str, **options) -> Run:
        return run_stage("finetune", config, store, tmp_path / where, name="run", **options)

    whole = start("whole", generators=generators)
    plain = start("plain")
    kernel = "encoder_block1_conv1/kernel"
    last, expected = whole.load_arrays("last")[kernel], plain.load_arrays("last")[kernel]
    assert np.abs(last - expected).max() > 1e-6
    assert whole.load_arrays("weights").keys() == plain.load_arrays("weights").keys()
    with interrupted_at("step 4"):
        start("killed", generators=generators)
    assert_equal_runs(whole.path, start("killed", resume=True).path)


def test_generators_must_be_of_two_kinds_and_the_same_labelled_volumes(
    tiny: Experiment, store, runs: Path, tmp_path: Path
) -> None:
    def refused(config: Experiment, *generators: str) -> str:
        with pytest.raises(DataError) as error:
            paths = [str(runs / name) for name in generators]
            run_stage("finetune", config, store, tmp_path, generators=paths)
        return str(error.value)

    message = refused(tiny, "intensity", "intensity")
    assert message == "`generators`: must be of different kinds, got intensity, intensity"
    other = replace(tiny, {"splits.labelled": {1: {"c1": {"train": ["002"], "validation": ["4"]}}}})
    message = refused(other, "intensity")
    assert message.endswith("must have labelled volumes ['002'], got ['001']")
    message = refused(replace(tiny, {"data.grid": [64, 64]}), "intensity")
    assert "data.grid" in message and "classes" not in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("extension", "settings"), [("self_training", {"rounds": 1}), ("adversarial", {})]
)
def test_generators_and_extensions_do_not_combine(
    tiny: Experiment, store, tmp_path: Path, extension: str, settings: dict
) -> None:
    config = replace(tiny, {f"finetune.{extension}": settings})
    with pytest.raises(UsageError, match=f"cannot be combined with finetune.{extension}, got any"):
        run_stage("finetune", config, store, tmp_path, generators=["any"])


def test_only_a_finished_generator_run_will_do(
    tiny: Experiment, store, runs: Path, tmp_path: Path
) -> None:
    run = run_stage("finetune", tiny, store, tmp_path, name="other")
    message = "`generators` must be a finished pretrain_augmentation run, got a finished finetune"
    with pytest.raises(DataError, match=message):
        options = {"generators": [str(run.path)]}
        run_stage("finetune", tiny, store, tmp_path, **options)


def test_float16_keeps_the_losses_finite(tiny: Experiment, store, tmp_path: Path) -> None:
    config = replace(tiny, {"runtime.precision": "mixed_float16"})
    run = run_stage(STAGE, config, store, tmp_path)
    losses = [row["loss"] for row in read_metrics(run.path / "metrics.csv")]
    assert np.isfinite(losses).all()
