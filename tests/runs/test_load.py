import inspect
import textwrap
from pathlib import Path

import keras
import numpy as np
import pytest

import dscl_tf
from dscl_tf.config import Experiment
from dscl_tf.errors import DataError
from dscl_tf.models import weights_of
from dscl_tf.models.precision import precision
from dscl_tf.runs.load import load_encoder, load_network
from dscl_tf.runs.run import Run

IMAGES = np.random.default_rng(0).random((2, 32, 32, 1)).astype("float32")
WITH_ENCODER = (
    "pretrain_global",
    "pretrain_local",
    "pretrain_joint",
    "pretrain_pretext",
    "pretrain_augmentation",  # that of its segmentation network
    "finetune",
)


def test_load_returns_the_network_of_a_finetuned_run(trained: Path) -> None:
    network = dscl_tf.load(trained / "finetune")
    weights = Run.open(trained / "finetune").load_arrays("weights")
    loaded = weights_of(network)
    assert loaded.keys() == weights.keys()
    assert all(np.array_equal(loaded[path], weights[path]) for path in weights)
    assert network.predict_on_batch(IMAGES).shape == (2, 32, 32, 4)


def test_a_run_is_named_by_its_directory_or_given(trained: Path) -> None:
    path = trained / "finetune"
    outputs = [load_network(run).predict_on_batch(IMAGES) for run in (str(path), Run.open(path))]
    np.testing.assert_array_equal(*outputs)


@pytest.mark.parametrize("load", [load_network, load_encoder])
def test_networks_are_in_float32_whatever_the_policy(trained: Path, load) -> None:
    with precision("mixed_bfloat16"):
        network = load(trained / "finetune")
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}


@pytest.mark.parametrize("stage", WITH_ENCODER)
def test_load_encoder_returns_what_the_stage_trained(trained: Path, stage: str) -> None:
    encoder = load_encoder(trained / stage)
    weights = Run.open(trained / stage).load_arrays("weights")
    for path, array in weights_of(encoder).items():
        assert np.array_equal(array, weights[path]), path
    assert encoder.predict_on_batch(IMAGES).shape == (2, 8, 8, 8)


def test_the_encoder_gives_the_features_that_the_whole_network_has_inside(trained: Path) -> None:
    network = load_network(trained / "finetune")
    inner = keras.Model(network.input, network.get_layer("encoder_block3_conv2_relu").output)
    features = load_encoder(trained / "finetune").predict_on_batch(IMAGES)
    np.testing.assert_allclose(features, inner.predict_on_batch(IMAGES), atol=1e-6)


def test_a_head_of_ones_own_takes_the_three_lines_of_the_documentation(trained: Path) -> None:
    _, example = inspect.getdoc(load_encoder).split("three lines::")
    lines = textwrap.dedent(example.split("Set `encoder")[0]).strip().splitlines()
    assert len(lines) == 3
    code = "\n".join(lines).replace("runs/pretrained", str(trained / "pretrain_global"))
    names = {"dscl_tf": dscl_tf, "keras": keras}
    exec(code, names)
    classifier = names["classifier"]
    classifier.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    classifier.fit(IMAGES, np.array([0, 1]), epochs=1, verbose=0)
    assert classifier.output_shape == (None, 2)


def test_other_stages_and_unfinished_runs_are_refused(
    trained: Path, tiny: Experiment, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="must be a finished finetune run, got a finished pretrain"):
        load_network(trained / "pretrain_global")
    unfinished = Run.create(tmp_path, "run", "finetune", tiny, {"init": None})
    with pytest.raises(DataError, match="must be a finished finetune run, got a running finetune"):
        load_network(unfinished)
    with pytest.raises(DataError, match="must be a finished run, got a running one"):
        load_encoder(unfinished)
    with pytest.raises(DataError, match="not a run directory"):
        load_encoder(tmp_path / "nowhere")
