import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.export.saved_model import export_saved_model
from dscl_tf.export.signatures import describe_signatures, serving_signatures
from tests.export.models import OPTIONS, SLICES, picture_model, small_model


def test_they_name_their_tensors_and_leave_the_batch_open(exported):
    loaded = tf.saved_model.load(str(exported.saved)).signatures
    inputs = {
        name: {
            key: tuple(spec.shape)
            for key, spec in loaded[name].structured_input_signature[1].items()
        }
        for name in ("serving_default", "serving_raw", "percentiles")
    }
    image = {"image": (None, 16, 24, 1)}
    assert inputs["serving_default"] == image
    assert inputs["serving_raw"] == image | {"low": (None,), "high": (None,)}
    assert inputs["percentiles"] == {"intensities": (None,)}
    outputs = loaded["serving_default"].structured_outputs
    assert tuple(outputs["probabilities"].shape) == (None, 16, 24, 3)
    assert tuple(outputs["label"].shape) == (None, 16, 24)
    assert tuple(outputs["valid"].shape) == (None,)


def test_raw_slices_are_normalised_slice_by_slice(exported):
    low = np.array([0, -3, 100, 5, 7], np.float32)
    high = low + np.array([1, 2, 50, 10, 1000], np.float32)
    raw = SLICES * (high - low)[:, None, None, None] + low[:, None, None, None]
    serve = tf.saved_model.load(str(exported.saved)).signatures["serving_raw"]
    outputs = serve(image=tf.constant(raw), low=tf.constant(low), high=tf.constant(high))
    np.testing.assert_allclose(outputs["probabilities"], exported.probabilities, atol=1e-4)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_gives_float32_probabilities(dtype, tmp_path):
    saved = export_saved_model(small_model(dtype), tmp_path / "unet", **OPTIONS)
    serve = tf.saved_model.load(str(saved)).signatures["serving_default"]
    probabilities = serve(image=tf.constant(SLICES))["probabilities"]
    assert probabilities.dtype == tf.float32
    np.testing.assert_allclose(np.sum(probabilities, -1), 1, atol=1e-6)


def test_a_fixed_range_is_part_of_the_graph():
    served = serving_signatures(picture_model(), intensity_range=(0.0, 255.0))
    assert set(served) == {"serving_default", "serving_raw"}
    pixels = np.random.default_rng(0).integers(256, size=(2, 16, 24, 3)).astype(np.float32)
    raw = served["serving_raw"](tf.constant(pixels))["probabilities"]
    expected = served["serving_default"](tf.constant(pixels / 255))["probabilities"]
    np.testing.assert_allclose(raw, expected, atol=1e-6)


def test_their_description_holds_types_and_shapes():
    described = describe_signatures(serving_signatures(picture_model(), (1.0, 99.0)))
    assert list(described) == ["serving_default", "serving_raw", "percentiles"]
    image = {"dtype": "float32", "shape": [None, 16, 24, 3]}
    assert described["serving_raw"]["inputs"]["image"] == image
    assert described["serving_raw"]["outputs"]["label"] == {
        "dtype": "int32",
        "shape": [None, 16, 24],
    }
    assert described["percentiles"]["outputs"]["high"] == {"dtype": "float32", "shape": []}
