"""TensorFlow Serving by gRPC, with the messages of tensorflow-serving-api."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.serving.address import ServerAddress
from dscl_tf.serving.signature import IMAGE, PROBABILITIES, SIGNATURE, Signature

# Eight slices of 192 x 192 with four classes exceed gRPC's own limit of 4 MiB.
LARGEST_MESSAGE = 2**31 - 1  # bytes, as on the server's side
RETRIES = {  # of what never reached a model: a server that restarts, or whose queue is full
    "maxAttempts": 5,
    "initialBackoff": "0.5s",
    "maxBackoff": "8s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
SERVICE = "tensorflow.serving.PredictionService"
OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    (
        "grpc.service_config",
        json.dumps({"methodConfig": [{"name": [{"service": SERVICE}], "retryPolicy": RETRIES}]}),
    ),
)


class GrpcClient:
    """A `Client` by gRPC.

    Example::

        GrpcClient(ServerAddress.parse("grpc://localhost:8500/heart"), 60).signature()
    """

    def __init__(self, address: ServerAddress, timeout: float) -> None:
        """Prepare for requests, each of which may take `timeout` seconds.

        Raises:
            UsageError: tensorflow-serving-api is not installed.
        """
        try:
            import grpc
            from tensorflow_serving.apis import (
                get_model_metadata_pb2,
                predict_pb2,
                prediction_service_pb2_grpc,
            )
        except ImportError as error:
            raise UsageError(
                f"grpc:// needs tensorflow-serving-api ({one_line(error)}): "
                'pip install "dscl-tf[serving-client]", or use http://'
            ) from error
        self._address = address
        self._timeout = timeout
        self._messages = predict_pb2, get_model_metadata_pb2
        channel = grpc.insecure_channel(address.target, OPTIONS)
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)

    def signature(self) -> Signature:
        """Return what the model takes and returns.

        Raises:
            DataError: the server cannot be reached, or has no such model.
        """
        _, metadata = self._messages
        request = metadata.GetModelMetadataRequest(metadata_field=["signature_def"])
        self._name(request.model_spec)
        reply = self._ask(self._stub.GetModelMetadata, request)
        signatures = metadata.SignatureDefMap()
        reply.metadata["signature_def"].Unpack(signatures)
        served = signatures.signature_def[SIGNATURE]
        version = str(reply.model_spec.version.value)
        return Signature(version, _shapes(served.inputs), _shapes(served.outputs))

    def probabilities(self, slices: np.ndarray) -> np.ndarray:
        """Return the class probabilities of slices; the server sends nothing else.

        Raises:
            DataError: the server cannot be reached, or answers with an error.
        """
        from tensorflow import make_ndarray, make_tensor_proto

        predict, _ = self._messages
        request = predict.PredictRequest(output_filter=[PROBABILITIES])
        self._name(request.model_spec)
        request.model_spec.signature_name = SIGNATURE
        request.inputs[IMAGE].CopyFrom(make_tensor_proto(np.asarray(slices, np.float32)))
        reply = self._ask(self._stub.Predict, request)
        return make_ndarray(reply.outputs[PROBABILITIES])

    def _name(self, spec: Any) -> None:
        spec.name = self._address.model
        if self._address.version is not None:
            spec.version.value = self._address.version

    def _ask(self, call: Callable[..., Any], request: Any) -> Any:
        import grpc

        try:
            return call(request, timeout=self._timeout)
        except grpc.RpcError as error:
            code, details = error.code(), one_line(error.details())
            if code is grpc.StatusCode.DEADLINE_EXCEEDED:
                details = f"no answer within {self._timeout:g} s (`timeout`)"
            elif code is grpc.StatusCode.UNAVAILABLE:
                details = f"cannot be reached: {details}"
            raise DataError(f"{self._address}: {details} ({code.name})") from error


def _shapes(tensors: Any) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(side.size for side in info.tensor_shape.dim) for name, info in tensors.items()
    }
