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
from dscl_tf.runs.transfer import initialise
from dscl_tf.stages import STAGES, run_stage
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs

RESTORATION = ["inpainting", "context-restoration"]


def train(config: Experiment, store, runs: Path, task: str, **changes) -> Run:
    changes = {f"pretrain_pretext.{key}": value for key, value in changes.items()}
    config = replace(config, {**changes, "pretrain_pretext.task": task})
    return run_stage("pretrain_pretext", config, store, runs)


@pytest.fixture(scope="module", params=RESTORATION)
def restored(
    request: pytest.FixtureRequest, trained_config: Experiment, unlabelled_store, tmp_path_factory
) -> Run:
    """A finished run that never read a mask."""
    runs = tmp_path_factory.mktemp(request.param)
    return train(trained_config, unlabelled_store, runs, request.param)


def test_a_resumed_restoration_equals_an_uninterrupted_one_bit_by_bit(
    restored: Run, unlabelled_store, tmp_path: Path
) -> None:
    def start(**options) -> Run:
        stage = "pretrain_pretext"
        return run_stage(stage, restored.config, unlabelled_store, tmp_path, **options)

    with interrupted_at("step 4"):
        start()
    resumed = start(resume=True)
    assert_equal_runs(restored.path, resumed.path)


def test_encoder_and_whole_decoder_move_and_are_transferred(restored: Run) -> None:
    network = segmentation_network(restored.config)
    scratch = weights_of(network)
    weights = restored.load_arrays("weights")
    blocks = STAGES["pretrain_pretext"].transferred_blocks(restored.config)
    initialise(network, restored, restored.config.model, decoder_blocks=blocks)
    for path, array in weights_of(network).items():
        if path.startswith("segmentation_"):
            assert np.array_equal(array, scratch[path]), path
        else:
            assert np.array_equal(array, weights[path]), path
            assert not np.array_equal(array, scratch[path]), path
    assert [path for path in weights if path not in scratch] == ["restoration_output/kernel"]


def test_rotation_moves_the_whole_encoder_and_reads_no_mask(
    tiny: Experiment, unlabelled_store, tmp_path: Path
) -> None:
    weights = train(tiny, unlabelled_store, tmp_path, "rotation").load_arrays("weights")
    scratch = weights_of(segmentation_network(tiny))
    assert [path for path in weights if path not in scratch] == ["rotation_logits/kernel"]
    shared = [path for path in weights if path in scratch]
    assert all(not np.array_equal(weights[path], scratch[path]) for path in shared)


def test_turns_can_be_learnt(tiny: Experiment, unlabelled_store, tmp_path: Path) -> None:
    every = ("runtime.report_every", "runtime.checkpoint_every", "finetune.validate_every")
    config = replace(tiny, dict.fromkeys(every, 20))
    changes = {"steps": 60, "learning_rate": 0.01, "health_every": 20, "batch_size": 16}
    run = train(config, unlabelled_store, tmp_path, "rotation", **changes)
    rows = read_metrics(run.path / "metrics.csv")
    assert rows[-1]["rotation_accuracy"] > 0.8
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_rotation_needs_square_slices_and_leaves_no_directory(
    tiny: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(store), "check_settings", lambda self, data: None)
    oblong = replace(tiny, {"data.grid": [32, 48]})
    message = r"data\.grid: must be square for pretrain_pretext\.task rotation, got \[32, 48\]"
    with pytest.raises(UsageError, match=message):
        train(oblong, store, tmp_path, "rotation")
    assert not list(tmp_path.iterdir())
