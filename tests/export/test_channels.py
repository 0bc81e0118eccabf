"""Exports of networks that take several sequences of a patient."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.config import Data
from dscl_tf.export import Preparation, describe
from dscl_tf.export.saved_model import export_saved_model
from dscl_tf.serving.model_json import read_model_json
from tests.export.models import CLASSES

DATA = Data(
    layout="msd", classes=CLASSES, spacing=(1.5, 1.25), grid=(16, 24), channels=["T2", "ADC"]
)


@pytest.fixture(scope="module")
def version(tmp_path_factory) -> Path:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((16, 24, 2)), keras.layers.Conv2D(3, 1)])
    return export_saved_model(
        model,
        tmp_path_factory.mktemp("export") / "prostate",
        classes=CLASSES,
        spacing=DATA.spacing,
        channels=DATA.channels,
    )


def test_raw_slices_are_scaled_channel_by_channel(version):
    served = tf.saved_model.load(str(version)).signatures
    raw = np.random.default_rng(0).normal(size=(3, 16, 24, 2)).astype("float32") * (50, 900)
    low, high = np.array([[-60, -1e3], [0, 0], [1, 2]]), np.array([[60, 1e3], [5, 5], [3, 4]])
    scaled = (raw - low[:, None, None]) / (high - low)[:, None, None]
    tensors = [tf.constant(one, tf.float32) for one in (raw, low, high, scaled)]
    names = dict(zip(("image", "low", "high"), tensors, strict=False))
    of_raw = served["serving_raw"](**names)["probabilities"]
    of_scaled = served["serving_default"](image=tensors[3])["probabilities"]
    np.testing.assert_allclose(of_raw, of_scaled, atol=1e-4)


def test_a_channel_without_a_range_makes_its_row_invalid(version):
    serve = tf.saved_model.load(str(version)).signatures["serving_raw"]
    low, high = tf.zeros((2, 2)), tf.constant([[1.0, 0.0], [1.0, 1.0]])
    valid = serve(image=tf.ones((2, 16, 24, 2)), low=low, high=high)["valid"]
    assert valid.numpy().tolist() == [False, True]


def test_model_json_says_how_many_and_which(version):
    facts = json.loads((version / "assets.extra/model.json").read_text())
    assert facts["channels"] == 2 and facts["normalise"]["by_channel"] is True
    assert facts["sequences"] == [{"name": "T2", "number": 0}, {"name": "ADC", "number": 1}]
    assert facts["signatures"]["serving_raw"]["inputs"]["low"]["shape"] == [None, 2]
    assert facts["normalisation"].startswith("(image - low) / (high - low), where low and high are")
    assert "channel by channel the percentiles" in facts["normalisation"]
    assert read_model_json(version)[1] == DATA


def test_the_keys_are_left_out_of_one_channel_and_of_a_range():
    facts = describe("heart", (16, 24), 1, CLASSES, Preparation((1.5, 1.25)), {})
    assert "sequences" not in facts and "by_channel" not in facts["normalise"]
    ranged = Preparation((1, 1), intensity_range=(0, 9), channels=DATA.channels)
    facts = describe("heart", (16, 24), 2, CLASSES, ranged, {})
    assert len(facts["sequences"]) == 2 and "by_channel" not in facts["normalise"]


def test_warm_up_requests_have_the_shapes_of_the_signature(version):
    path = str(version / "assets.extra/tf_serving_warmup_requests")
    records = [record.numpy() for record in tf.data.TFRecordDataset(path)]
    # A tensor (1, 2) of low and high: two dimensions of sizes 1 and 2 in protobuf's wire format.
    assert records[1].count(b"\x12\x02\x08\x01\x12\x02\x08\x02") == 2
