from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config_files import replace
from dscl_tf.stages.launch import run_stage
from dscl_tf.stages.run_directory import Run


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
        progress=print,
    )
    path = "encoder_block1_conv1_bn/moving_mean"
    handed = source.load_arrays("weights")[path]
    assert np.array_equal(frozen.load_arrays("weights")[path], handed)
    averaged = Run.open(trained / "pretrain_local").load_arrays("weights")[path]
    assert not np.array_equal(averaged, handed)


@pytest.mark.parametrize("stage", ["pretrain_global", "pretrain_local"])
def test_masks_are_never_read(
    tiny: Experiment, unlabelled_store, tmp_path: Path, stage: str
) -> None:
    config = replace(tiny, {f"{stage}.steps": 1})
    init = None if stage == "pretrain_global" else "none"
    run = run_stage(stage, config, unlabelled_store, tmp_path, init=init, progress=print)
    assert run.finished
