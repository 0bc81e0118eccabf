"""TensorFlow Serving's two ways of asking, on loopback, with a model of the test's own."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import numpy as np
from tensorflow import make_ndarray, make_tensor_proto
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    predict_pb2,
    prediction_service_pb2_grpc,
)

Serve = Callable[[np.ndarray], dict[str, np.ndarray]]
UNLIMITED = [(f"grpc.max_{way}_message_length", -1) for way in ("send", "receive")]


class Model:
    """A served model; `serve` returns its outputs by name.

    Attributes:
        requests: the names of the outputs that each prediction was asked for, [] for all.
        failures: gRPC codes or HTTP statuses to answer with before anything else.
        batches: number of slices of each prediction.
    """

    def __init__(self, serve: Serve, shape: tuple[int, ...], classes: int) -> None:
        self.serve = serve
        self.inputs = {"image": (-1, *shape)}
        self.outputs = {"probabilities": (-1, *shape[:2], classes), "label": (-1, *shape[:2])}
        self.requests: list[list[str]] = []
        self.batches: list[int] = []
        self.failures: list[object] = []

    def predict(self, image: np.ndarray, wanted: list[str]) -> dict[str, np.ndarray]:
        self.requests.append(wanted)
        self.batches.append(len(image))
        return self.serve(image)


def blobs(image: np.ndarray) -> dict[str, np.ndarray]:
    """Softmax of (0, x, -x) pixel by pixel; two classes beside the background."""
    exponentials = np.exp(np.concatenate([np.zeros_like(image), image - 0.5, 0.5 - image], -1))
    probabilities = exponentials / exponentials.sum(-1, keepdims=True)
    return {"probabilities": probabilities, "label": probabilities.argmax(-1).astype(np.int32)}


class Servicer(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, model: Model) -> None:
        self.model = model

    def _check(self, request, context) -> None:
        if self.model.failures:
            context.abort(self.model.failures.pop(0), "the batch scheduling queue is full")
        if request.model_spec.name != "heart":
            name = request.model_spec.name
            context.abort(grpc.StatusCode.NOT_FOUND, f"Servable not found for request: {name}")

    def GetModelMetadata(self, request, context):  # noqa: N802 (the service's name)
        self._check(request, context)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        served = signatures.signature_def["serving_default"]
        for tensors, into in (
            (self.model.inputs, served.inputs),
            (self.model.outputs, served.outputs),
        ):
            for name, shape in tensors.items():
                for side in shape:
                    into[name].tensor_shape.dim.add(size=side)
        reply = get_model_metadata_pb2.GetModelMetadataResponse()
        reply.model_spec.version.value = 3
        reply.metadata["signature_def"].Pack(signatures)
        return reply

    def Predict(self, request, context):  # noqa: N802
        self._check(request, context)
        image = make_ndarray(request.inputs["image"])
        try:
            outputs = self.model.predict(image, list(request.output_filter))
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        reply = predict_pb2.PredictResponse()
        for name in request.output_filter or outputs:
            reply.outputs[name].CopyFrom(make_tensor_proto(outputs[name]))
        return reply


@contextlib.contextmanager
def grpc_server(model: Model) -> Iterator[str]:
    """Give the URL of the model `heart`."""
    server = grpc.server(futures.ThreadPoolExecutor(2), options=UNLIMITED)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Servicer(model), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}/heart"
    finally:
        server.stop(None).wait()


@contextlib.contextmanager
def http_server(model: Model) -> Iterator[str]:
    """Give the URL of the model `heart`."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, status: int, tree: object) -> None:
            body = json.dumps(tree).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _refused(self, path: str) -> bool:
            if model.failures:
                self._answer(model.failures.pop(0), {"error": "the queue is full"})
                return True
            if self.path != path:
                self._answer(404, {"error": f"Servable not found for request: {self.path}"})
                return True
            return False

        def do_GET(self) -> None:
            if self._refused("/v1/models/heart/metadata"):
                return

            def tensors(shapes: dict) -> dict:
                return {
                    name: {"tensor_shape": {"dim": [{"size": str(side)} for side in shape]}}
                    for name, shape in shapes.items()
                }

            served = {"inputs": tensors(model.inputs), "outputs": tensors(model.outputs)}
            signatures = {"signature_def": {"serving_default": served}}
            spec = {"name": "heart", "version": "3"}
            self._answer(200, {"model_spec": spec, "metadata": {"signature_def": signatures}})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self._refused("/v1/models/heart:predict"):
                return
            image = np.asarray(body["inputs"]["image"], np.float32)
            try:
                outputs = model.predict(image, [])
            except ValueError as error:
                self._answer(400, {"error": str(error)})
                return
            answer = {name: np.asarray(value).tolist() for name, value in outputs.items()}
            self._answer(200, {"outputs": answer})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/heart"
    finally:
        server.shutdown()
        server.server_close()


SERVERS = {"grpc": grpc_server, "http": http_server}
