from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.pretrain_joint import half_batches

PARTS = ("encoder_", "decoder_block1_", "g1_", "g2_")


def train(config: Experiment, store, runs: Path, **changes: object) -> Run:
    config = replace(config, {f"pretrain_joint.{key}": value for key, value in changes.items()})
    return run_stage("pretrain_joint", config, store, runs)


def test_both_losses_are_logged_and_add_up_to_the_total(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    run = train(tiny, unlabelled_store, tmp_path, lambda_l=3.0)
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["step"] for row in rows] == [2, 4]
    for row in rows:
        parts = row["loss_global"] + 3 * row["loss_local"]
        assert row["loss"] == pytest.approx(parts, rel=1e-5)
        assert row["loss_global"] > 0 and row["loss_local"] > 0


def test_encoder_decoder_block_and_both_heads_move(
    trained: Path, trained_config: Experiment
) -> None:
    weights = Run.open(trained / "pretrain_joint").load_arrays("weights")
    assert {path[: len(part)] for path in weights for part in PARTS if path.startswith(part)} == {
        *PARTS
    }
    assert all(path.startswith(PARTS) for path in weights)
    scratch = weights_of(segmentation_network(trained_config))
    shared = [path for path in weights if path in scratch]
    assert {path.split("_")[0] for path in shared} == {"encoder", "decoder"}
    assert all(not np.array_equal(weights[path], scratch[path]) for path in shared)


def test_the_encoder_is_updated_by_the_local_loss_too(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    runs = [
        train(tiny, unlabelled_store, tmp_path / str(weight), lambda_l=weight, steps=2)
        for weight in (1.0, 1000.0)
    ]
    one, other = (run.load_arrays("weights")["encoder_block1_conv1/kernel"] for run in runs)
    assert not np.array_equal(one, other)


def test_both_losses_keep_the_settings_of_their_own_stages(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    changes = {
        "pretrain_global.strategy": "GD-",
        "pretrain_local.strategy": "LD",
        "pretrain_local.batch_size": 16,
        "pretrain_local.augmentation.intensity": None,
        "compat": "original",
        "pretrain_local.decoder_blocks": 2,
        "pretrain_local.regions": 13,
        "runtime.jit_compile": True,
    }
    run = train(replace(tiny, changes), unlabelled_store, tmp_path, steps=2)
    assert run.finished


def test_half_of_a_batch_goes_to_each_loss(tiny: Experiment) -> None:
    halves = half_batches(replace(tiny, {"pretrain_joint.batch_size": 48}))
    assert (halves.pretrain_global.batch_size, halves.pretrain_local.batch_size) == (24, 24)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pretrain_joint.batch_size": 28}, "got 28; .*pretrain_global: .* at least 16 .* got 14"),
        (
            {"pretrain_local.strategy": "LD", "pretrain_local.partitions": 5}
            | {"pretrain_local.batch_size": 20},
            "got 32; .*pretrain_local: batch_size must be at least 20 with strategy LD .* got 16",
        ),
    ],
)
def test_half_a_batch_must_hold_a_positive_pair(
    tiny: Experiment, unlabelled_store, tmp_path: Path, changes: dict, message: str
) -> None:
    with pytest.raises(
        UsageError, match=f"pretrain_joint.batch_size: half of the images .*{message}"
    ):
        train(replace(tiny, changes), unlabelled_store, tmp_path)
    assert not list(tmp_path.iterdir())
