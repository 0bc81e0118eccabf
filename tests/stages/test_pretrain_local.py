from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs


def test_the_encoder_keeps_its_weights_bit_by_bit(trained: Path) -> None:
    before = Run.open(trained / "pretrain_global").load_arrays("weights")
    after = Run.open(trained / "pretrain_local").load_arrays("weights")
    encoder = [path for path in after if path.startswith("encoder_") and "moving" not in path]
    assert len(encoder) == 3 * 2 * 3  # blocks, convolutions; kernel, gamma, beta
    assert all(np.array_equal(before[path], after[path]) for path in encoder)


def test_its_statistics_go_on_as_the_setting_says(
    trained: Path, trained_config: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    source = Run.open(trained / "pretrain_global")
    changes = {"pretrain_local.encoder_statistics": "moving", "pretrain_local.steps": 1}
    frozen = run_stage(
        "pretrain_local",
        replace(trained_config, changes),
        unlabelled_store,
        tmp_path,
        init=str(source.path),
    )
    path = "encoder_block1_conv1_bn/moving_mean"
    transferred = source.load_arrays("weights")[path]
    assert np.array_equal(frozen.load_arrays("weights")[path], transferred)
    averaged = Run.open(trained / "pretrain_local").load_arrays("weights")[path]
    assert not np.array_equal(averaged, transferred)


@pytest.mark.parametrize("stage", ["pretrain_global", "pretrain_joint", "pretrain_local"])
def test_masks_are_never_read(
    tiny: Experiment, unlabelled_store, tmp_path: Path, stage: str
) -> None:
    config = replace(tiny, {f"{stage}.steps": 1})
    init = "none" if stage == "pretrain_local" else None
    run = run_stage(stage, config, unlabelled_store, tmp_path, init=init)
    assert run.finished


LD = {"pretrain_local.strategy": "LD", "pretrain_local.batch_size": 16}


def test_across_volumes_the_decoder_trains_on_and_the_encoder_stays(
    trained: Path, trained_config: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    config = replace(trained_config, LD)
    source = Run.open(trained / "pretrain_global")

    def start(**options) -> Run:
        return run_stage("pretrain_local", config, unlabelled_store, tmp_path, **options)

    whole = start(name="whole", init=str(source.path))
    before, after = source.load_arrays("weights"), whole.load_arrays("weights")
    encoder = [path for path in after if path.startswith("encoder_") and "moving" not in path]
    assert all(np.array_equal(before[path], after[path]) for path in encoder)
    with interrupted_at("step 4"):
        start(name="cut", init=str(source.path))
    assert_equal_runs(whole.path, start(resume=True).path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pretrain_local.partitions": 4, "splits.unlabelled": ["001"]}, "two volumes or more"),
        (
            {"pretrain_local.partitions": 12, "pretrain_local.batch_size": 48},
            "volume 00. ?: has .* slices, fewer than the 12 partitions",
        ),
    ],
)
def test_volumes_that_cannot_be_matched_are_named(
    tiny: Experiment, unlabelled_store, tmp_path: Path, changes: dict, message: str
) -> None:
    config = replace(tiny, {**LD, **changes})
    with pytest.raises(DataError, match=message):
        run_stage("pretrain_local", config, unlabelled_store, tmp_path, init="none")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("strategy", ["LR", "LD"])
def test_compat_trains_on_the_listed_regions(
    tiny: Experiment, unlabelled_store, tmp_path: Path, strategy: str
) -> None:
    changes = {"regions": 13, "decoder_blocks": 2, "steps": 1, "strategy": strategy}
    changes = {f"pretrain_local.{key}": value for key, value in changes.items()}
    config = replace(tiny, {**changes, "compat": "original", "pretrain_local.batch_size": 16})
    run = run_stage("pretrain_local", config, unlabelled_store, tmp_path, init="none")
    assert run.finished and Run.open(run.path).config.compat == "original"
