from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs

BOTH = {
    "self_training": {"rounds": 1, "steps_per_round": 4, "weight": 0.5},
    "adversarial": {"weight": 0.2, "filters": [4]},
    "mixup": {},
    "steps": 6,
}


def changed(tiny: Experiment, settings: dict) -> Experiment:
    changes = {f"finetune.{key}": value for key, value in settings.items()}
    return replace(tiny, {"model.filters": [4, 4], **changes})


def train(config: Experiment, store, runs: Path, name: str | None = None, **options) -> Run:
    return run_stage("finetune", config, store, runs, name=name, **options)


@pytest.fixture(scope="module")
def plain(tiny: Experiment, store, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(changed(tiny, {}), store, tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize(
    "settings",
    [{"adversarial": {"weight": 0, "filters": [4]}}, {"self_training": {"rounds": 0}}],
)
def test_an_extension_without_effect_leaves_plain_fine_tuning(
    tiny: Experiment, store, plain: Run, tmp_path: Path, settings: dict
) -> None:
    run = train(changed(tiny, settings), store, tmp_path)
    expected, weights = plain.load_arrays("weights"), run.load_arrays("weights")
    assert expected.keys() == weights.keys()
    for path, array in expected.items():
        np.testing.assert_allclose(weights[path], array, atol=1e-6, err_msg=path)


def test_all_extensions_log_their_losses_and_resume_bit_by_bit(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    config = changed(tiny, BOTH)
    whole = train(config, store, tmp_path / "whole", "run")
    with interrupted_at("step 6"):
        train(config, store, tmp_path / "killed", "run")
    assert np.load(tmp_path / "killed" / "run" / "checkpoint.npz")["state/step"] == 4
    resumed = train(config, store, tmp_path / "killed", "run", resume=True)
    assert (resumed.path / "pseudo_labels-1.npz").exists()
    assert any(key.startswith("discriminator/") for key in resumed.load_arrays("checkpoint"))
    assert_equal_runs(whole.path, resumed.path)
    rows = read_metrics(whole.path / "metrics.csv")
    assert [row["loss_pseudo"] is None for row in rows] == [True, False, False]
    assert all(row["validation_dice"] is not None for row in rows)
    for row in rows:
        total = row["loss_labelled"] + 0.5 * (row["loss_pseudo"] or 0)
        total += 0.2 * row["loss_adversarial"] + row["loss_discriminator"]
        assert row["loss"] == pytest.approx(total, rel=1e-5)


def test_float16_goes_on_scaling_the_loss_in_the_rounds(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    config = changed(tiny, {"self_training": {"rounds": 1}})
    config = replace(config, {"runtime.precision": "mixed_float16"})
    run = train(config, store, tmp_path)
    assert np.isfinite([row["loss"] for row in read_metrics(run.path / "metrics.csv")]).all()
    scales = [a for a in run.load_arrays("checkpoint").values() if a.shape == () and a >= 2**10]
    assert len(scales) == 1


def test_an_extension_without_volumes_leaves_no_run(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    config = replace(
        changed(tiny, {"self_training": {"rounds": 1}}), {"splits.unlabelled": ["001"]}
    )
    with pytest.raises(UsageError, match=r"finetune\.self_training: needs volumes"):
        train(config, store, tmp_path)
    assert not list(tmp_path.iterdir())


def test_contrast_on_pseudo_labels_trains_beside_the_others_and_resumes_bit_by_bit(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    config = changed(tiny, {**BOTH, "pseudo_contrast": {"weight": 0.5, "size": 3}})
    whole = train(config, store, tmp_path / "whole", "run")
    with interrupted_at("step 6"):
        train(config, store, tmp_path / "killed", "run")
    resumed = train(config, store, tmp_path / "killed", "run", resume=True)
    assert_equal_runs(whole.path, resumed.path)
    rows = read_metrics(whole.path / "metrics.csv")
    assert all(row["loss_contrast"] > 0 for row in rows)
    assert not any(path.startswith("pixel_") for path in whole.load_arrays("weights"))
    assert any("pixel_conv2/kernel" in name for name in np.load(whole.path / "checkpoint.npz"))


def test_contrast_of_no_weight_leaves_self_training(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    settings = {"self_training": BOTH["self_training"], "steps": 6}
    expected = train(changed(tiny, settings), store, tmp_path, "without").load_arrays("weights")
    settings["pseudo_contrast"] = {"weight": 0.0}
    weights = train(changed(tiny, settings), store, tmp_path, "with").load_arrays("weights")
    for path, array in expected.items():
        np.testing.assert_allclose(weights[path], array, atol=1e-4, err_msg=path)
