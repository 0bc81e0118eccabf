"""Local pre-training with moved views."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import LocalBatches
from dscl_tf.errors import UsageError
from dscl_tf.losses.strategies import strategy_masks
from dscl_tf.models import MovedRegions
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import region_embedding_network
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.local_objective import local_objective
from dscl_tf.stages.moved_objective import least_shared, moved_objective
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs

IDS = ("001", "002", "003")
MOVED = {"pretrain_local.views": "moved"}
STILL = {"pretrain_local.motion": {"crop": [1, 1], "shift": 0, "rotation": 0}}


def moved_model(config: Experiment) -> MovedRegions:
    corners, loss = moved_objective(config)
    return MovedRegions(region_embedding_network(config, corners), loss)


@pytest.mark.parametrize("size", [1, 3])
def test_views_that_do_not_move_are_embedded_as_aligned_ones(
    tiny: Experiment, store, size: int
) -> None:
    config = replace(tiny, {**MOVED, **STILL, "pretrain_local.region_size": size})
    inputs, _ = LocalBatches(store, IDS, config.pretrain_local, seed=1)[0]
    model = moved_model(config)
    outputs = {name: np.asarray(value) for name, value in model(inputs).items()}
    assert outputs["own_inside"].all() and outputs["found_inside"].all()
    np.testing.assert_allclose(
        outputs["found"], outputs["own"][inputs["pairs"][:, 1]], rtol=1e-4, atol=1e-5
    )
    from dscl_tf.augment.apply.augmentation import augment_images

    images = augment_images(inputs["image"], inputs)
    np.testing.assert_allclose(outputs["own"], model.network(images), rtol=1e-4, atol=1e-5)


def test_labels_say_which_slices_are_moved(tiny: Experiment, store) -> None:
    settings = replace(tiny, MOVED).pretrain_local
    _, pairs = LocalBatches(store, IDS, tiny.pretrain_local, seed=1)[3]
    moved, labels = LocalBatches(store, IDS, settings, seed=1)[3]
    assert np.array_equal(moved["pairs"], pairs)
    assert np.array_equal(store.images[labels[:, 0]], moved["image"])
    assert np.array_equal(labels[:4, :3], labels[4:, :3])


@pytest.mark.parametrize("strategy", ["LR", "LD"])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_by_bit(
    tiny: Experiment, unlabelled_store, tmp_path: Path, strategy: str
) -> None:
    changes = {"strategy": strategy, "batch_size": 16, "steps": 5, "health_every": 2}
    changes["motion"] = {"shift": 0.05}
    changes = {f"pretrain_local.{key}": value for key, value in changes.items()}
    config = replace(tiny, {**MOVED, **changes})

    def start(name: str, **options) -> Run:
        return run_stage("pretrain_local", config, unlabelled_store, tmp_path, name=name, **options)

    whole = start("whole", init="none")
    with interrupted_at("step 4"):
        start("cut", init="none")
    assert_equal_runs(whole.path, start("cut", resume=True).path)
    last = read_metrics(whole.path / "metrics.csv")[-1]
    assert 0.3 < last["loss_of_chance"] < 3 and last["loss_chance"] > 1
    assert (whole.path / "figures" / "region_similarity.png").is_file()


def test_across_volumes_only_other_partitions_repel(tiny: Experiment, store) -> None:
    changes = {"pretrain_local.strategy": "LD", "pretrain_local.batch_size": 16}
    settings = replace(tiny, {**MOVED, **changes}).pretrain_local
    batches = LocalBatches(store, IDS, settings, 1, settings.partitions_sampled)
    inputs, labels = batches[0]
    model = MovedRegions.targets(_Strategy("LD"), inputs, labels, None)
    repels = np.asarray(model["repels"])
    assert np.array_equal(repels, labels[:, None, 2] != labels[None, :, 2])
    assert np.array_equal(repels, np.asarray(strategy_masks("GD-", labels)[1]))


class _Strategy:
    def __init__(self, strategy: str) -> None:
        self.strategy = strategy


def test_a_motion_that_can_leave_no_region_in_common_is_refused(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    config = replace(tiny, {**MOVED, "pretrain_local.motion": {"shift": 0.5}})
    with pytest.raises(UsageError, match=r"motion: two views must always share .* shift 0\.5"):
        run_stage("pretrain_local", config, unlabelled_store, tmp_path, init="none")
    assert not list(tmp_path.iterdir())


def test_views_that_do_not_move_share_all_regions(tiny: Experiment) -> None:
    config = replace(tiny, {**MOVED, **STILL})
    assert least_shared(config, local_objective(config)[0]) == 5
    shifted = replace(config, {"pretrain_local.motion.shift": 0.25})
    # Half of the map either way: of five regions, four in the corners, one is left.
    assert least_shared(shifted, local_objective(config)[0]) == 1


@pytest.mark.parametrize("name", ["acdc", "acdc_half", "mmwhs", "prostate", "phantom"])
def test_the_default_motion_fits_the_shipped_experiments(name: str) -> None:
    from dscl_tf.config import load_config

    config = load_config(name)
    assert least_shared(config, moved_objective(config)[0]) >= 1


def test_joint_pre_training_moves_views_and_resumes_bit_by_bit(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    changes = {
        "pretrain_local.strategy": "LD",
        "pretrain_local.batch_size": 16,
        "pretrain_local.motion.shift": 0.05,
        "pretrain_joint.lambda_l": 3.0,
        "pretrain_joint.health_every": 2,
    }
    config = replace(tiny, {**MOVED, **changes})

    def start(name: str, **options) -> Run:
        return run_stage("pretrain_joint", config, unlabelled_store, tmp_path, name=name, **options)

    whole = start("whole")
    with interrupted_at("step 2"):
        start("cut")
    assert_equal_runs(whole.path, start("cut", resume=True).path)
    for row in read_metrics(whole.path / "metrics.csv"):
        parts = row["loss_global"] + 3 * row["loss_local"]
        assert row["loss"] == pytest.approx(parts, rel=1e-5)
        assert 0.3 < row["loss_of_chance"] < 3 and row["cosine_margin_local"] is not None
    assert (whole.path / "figures" / "region_similarity.png").is_file()


def test_a_motion_too_wide_is_refused_in_joint_pre_training_too(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    config = replace(tiny, {**MOVED, "pretrain_local.motion": {"shift": 0.5}})
    with pytest.raises(UsageError, match="motion: two views must always share"):
        run_stage("pretrain_joint", config, unlabelled_store, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_released_code_has_aligned_views(tiny: Experiment) -> None:
    with pytest.raises(UsageError, match="views: must be aligned with compat original"):
        replace(tiny, {**MOVED, "compat": "original"})
