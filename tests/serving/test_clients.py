import time
from collections.abc import Iterator

import grpc
import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.serving.connect import connect
from tests.data.files import settings
from tests.serving.servers import SERVERS, Model, blobs

SHAPE = (8, 6, 1)  # of `settings`


@pytest.fixture
def model() -> Model:
    return Model(blobs, SHAPE, 3)


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest, model: Model) -> Iterator[str]:
    with SERVERS[request.param](model) as address:
        yield address


def slices(depth: int, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(depth, *shape)).astype(np.float32)


def test_probabilities_are_the_models_bit_for_bit(url: str, model: Model) -> None:
    network, signature = connect(url, settings())
    stack = slices(11)
    np.testing.assert_array_equal(predict_slices(network, stack, 8), blobs(stack)["probabilities"])
    assert (signature.version, model.batches) == ("3", [5, 6])
    assert model.requests[0] == (["probabilities"] if url.startswith("grpc") else [])


def test_a_busy_server_is_asked_again(url: str, model: Model) -> None:
    network, _ = connect(url, settings())
    busy = grpc.StatusCode.UNAVAILABLE if url.startswith("grpc") else 503
    model.failures = [busy, busy]
    assert network.predict_on_batch(slices(2)).shape == (2, 8, 6, 3)
    assert model.failures == []


def test_what_the_server_says_is_told_in_one_line(url: str, model: Model) -> None:
    network, _ = connect(url, settings())

    def refuse(image: np.ndarray) -> dict:
        raise ValueError("image must\nbe finite")

    model.serve = refuse
    with pytest.raises(DataError, match=r"heart: image must be finite \(.*(INVALID|400)") as error:
        network.predict_on_batch(slices(1))
    assert "\n" not in str(error.value)
    with pytest.raises(DataError, match="Servable not found for request"):
        connect(url.replace("heart", "liver"), settings())


def test_a_model_of_another_kind_is_refused_before_any_slice(url: str, model: Model) -> None:
    with pytest.raises(DataError, match=r"must take slices of 8 x 32 x 1 .*, got a model of 8 x 6"):
        connect(url, settings(grid=(8, 32)))
    more = settings(classes={1: "a", 2: "b", 3: "c"})
    with pytest.raises(DataError, match=r"must have 4 classes \(background, a, b, c\), got a mode"):
        connect(url, more)
    model.outputs = {"logits": (-1, 3)}
    with pytest.raises(DataError, match="must serve an export of dscl-tf, whose serving_default"):
        connect(url, settings())
    assert model.batches == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.full((1, 8, 6, 3), np.nan, np.float32), "probabilities must be numbers, got NaN"),
        (np.zeros((1, 8, 5, 3), np.float32), r"must answer with probabilities \(1, 8, 6, 3\), got"),
    ],
)
def test_an_answer_that_is_no_prediction_is_refused(
    url: str, model: Model, wrong: np.ndarray, message: str
) -> None:
    network, _ = connect(url, settings())
    model.serve = lambda image: {"probabilities": wrong}
    with pytest.raises(DataError, match=message):
        network.predict_on_batch(slices(1))


def test_a_server_that_does_not_answer_in_time_is_named(url: str, model: Model) -> None:
    network, _ = connect(url, settings(), timeout=0.3)
    model.serve = lambda image: time.sleep(1) or blobs(image)
    with pytest.raises(DataError, match=r"heart: no answer within 0\.3 s \(`timeout`\)"):
        network.predict_on_batch(slices(1))


@pytest.mark.parametrize("scheme", SERVERS)
def test_a_server_that_is_not_there_is_named(scheme: str) -> None:
    with pytest.raises(DataError, match=rf"^{scheme}://127\.0\.0\.1:1/.*heart: (cannot be|no ans)"):
        connect(f"{scheme}://127.0.0.1:1/heart", settings(), timeout=1)


def test_two_hundred_slices_of_full_size_pass_in_messages_above_grpcs_limit() -> None:
    shape = (192, 192, 1)
    model = Model(blobs, shape, 3)
    four = settings(grid=(192, 192), classes={1: "a", 2: "b", 3: "c"})
    model.outputs["probabilities"] = (-1, 192, 192, 4)
    model.serve = lambda image: {
        "probabilities": np.concatenate([image * 0, blobs(image)["probabilities"]], -1)
    }
    stack = slices(200, shape)
    with SERVERS["grpc"](model) as url:
        probabilities = predict_slices(connect(url, four)[0], stack, 8)
    assert model.batches == [8] * 25
    assert 8 * 192 * 192 * 4 * 4 > 4 * 2**20
    np.testing.assert_array_equal(probabilities[..., 1:], blobs(stack)["probabilities"])


def test_what_is_no_tensorflow_serving_is_named(model: Model) -> None:
    with SERVERS["http"](model) as url:
        model.failures = [200]
        with pytest.raises(DataError, match="must answer as TensorFlow Serving does, got no model"):
            connect(url, settings())
