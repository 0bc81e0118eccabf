import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.export.guard import answer_rows
from tests.export.models import SLICES, small_model
from tests.export.serving import run, run_batched


@pytest.fixture(scope="module")
def served(exported):
    return tf.saved_model.load(str(exported.saved)).signatures


def ends(rows, low=0.0, high=1.0):
    return {"low": np.full(rows, low, np.float32), "high": np.full(rows, high, np.float32)}


def assert_same_bits(answer, expected, rows):
    for name, values in answer.items():
        np.testing.assert_array_equal(values[rows], expected[name][rows])


def assert_only_invalid(answer, row):
    valid = np.arange(len(answer["valid"])) != row
    np.testing.assert_array_equal(answer["valid"], valid)
    assert np.isnan(answer["probabilities"][row]).all()
    assert (answer["label"][row] == -1).all()
    assert np.isfinite(answer["probabilities"][valid]).all() and (answer["label"][valid] >= 0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("signature", ["serving_default", "serving_raw"])
def test_a_slice_that_is_not_finite_is_marked_and_the_others_keep_their_bits(
    served, signature, value
):
    more = ends(5) if signature == "serving_raw" else {}
    expected = run(served[signature], image=SLICES, **more)
    bad = SLICES.copy()
    bad[2, 7, 9] = value
    answer = run(served[signature], image=bad, **more)
    assert_only_invalid(answer, 2)
    assert_same_bits(answer, expected, [0, 1, 3, 4])


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (1.0, 1.0),
        (2.0, 1.0),
        (np.nan, 1.0),
        (0.0, np.nan),
        (0.0, np.inf),
        (-np.inf, 1.0),
        (-3e38, 3e38),
        (0.0, 1e-42),
    ],
)
def test_ends_that_cannot_scale_mark_their_slice_alone(served, low, high):
    serve = served["serving_raw"]
    expected = run(serve, image=SLICES, **ends(5))
    asked = ends(5)
    asked["low"][3], asked["high"][3] = low, high
    answer = run(serve, image=SLICES, **asked)
    assert_only_invalid(answer, 3)
    assert_same_bits(answer, expected, [0, 1, 2, 4])


def test_a_slice_that_overflows_in_the_network_is_marked():
    model = keras.Sequential([keras.Input((2, 2, 3)), keras.layers.Rescaling(100.0)])
    image = np.ones((3, 2, 2, 3), np.float32)
    image[1, 1] = 1e37
    answer = {name: value.numpy() for name, value in answer_rows(model, tf.constant(image)).items()}
    assert_only_invalid(answer, 1)


def test_requests_in_one_batch_get_what_they_get_alone(served):
    requests = [
        {"image": SLICES[:2] * 50 + 7, **ends(2, 7, 57)},
        {"image": SLICES[2:3], **ends(1, 4, 4)},
        {"image": np.full_like(SLICES[:1], np.nan), **ends(1)},
        {"image": SLICES[2:], **ends(3, -1, 2)},
    ]
    together = run_batched(served["serving_raw"], requests)
    for request, answer in zip(requests, together, strict=True):
        alone = run(served["serving_raw"], **request)
        np.testing.assert_array_equal(answer["valid"], alone["valid"])
        # Kernels are chosen by the size of the batch, and differ in the last bits.
        np.testing.assert_allclose(answer["probabilities"], alone["probabilities"], atol=1e-6)
    assert [answer["valid"].tolist() for answer in together] == [
        [True, True],
        [False],
        [False],
        [True, True, True],
    ]


def test_it_goes_with_the_answer_of_a_network_that_has_no_convolution():
    model = keras.Sequential([keras.Input((2, 2, 3)), keras.layers.Rescaling(1.0)])
    image = np.random.default_rng(0).normal(size=(4, 2, 2, 3)).astype(np.float32)
    answer = answer_rows(model, tf.constant(image))
    np.testing.assert_array_equal(answer["label"], image.argmax(-1))
    assert answer["valid"].numpy().all()


def test_mixed_precision_marks_what_overflows_in_it():
    model = small_model("mixed_float16")
    image = SLICES.copy()
    image[1, 0, 0] = 1e6  # beyond float16
    answer = {name: value.numpy() for name, value in answer_rows(model, tf.constant(image)).items()}
    assert_only_invalid(answer, 1)
