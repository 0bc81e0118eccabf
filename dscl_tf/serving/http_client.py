"""TensorFlow Serving by its REST API."""

from typing import Any

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError

from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.readers import Record
from dscl_tf.serving.address import ServerAddress
from dscl_tf.serving.signature import IMAGE, PROBABILITIES, SIGNATURE, Signature

ATTEMPTS = 5
CONNECT = 10.0  # seconds that a connection may take
BUSY = (429, 502, 503, 504)  # the request never reached a model: these are tried again


class _Side(Record):
    size: str


class _Shape(Record):
    dim: list[_Side] = Field(default_factory=list)


class _Tensor(Record):
    tensor_shape: _Shape


class _Tensors(Record):
    inputs: dict[str, _Tensor]
    outputs: dict[str, _Tensor]


class _Signatures(Record):
    signature_def: dict[str, Any]


class _Metadata(Record):
    signature_def: _Signatures


class _Spec(Record):
    version: str


class _Answer(Record):
    model_spec: _Spec
    metadata: _Metadata


class HttpClient:
    """A `Client` by HTTP. All values go as text: gRPC is several times as fast.

    Example::

        HttpClient(ServerAddress.parse("http://localhost:8501/heart"), 60).signature()
    """

    def __init__(self, address: ServerAddress, timeout: float) -> None:
        """Prepare for requests, each of which may take `timeout` seconds.

        Raises:
            UsageError: requests is not installed.
        """
        try:
            import requests
            from requests.adapters import HTTPAdapter
            from urllib3 import Retry
        except ImportError as error:
            raise UsageError(
                f'http:// needs requests ({one_line(error)}): pip install "dscl-tf[serving-client]"'
            ) from error
        self._address = address
        self._timeout = timeout
        self._session = requests.Session()
        retry = Retry(
            total=ATTEMPTS - 1,
            connect=2,
            read=False,  # an answer that takes too long would take as long again
            backoff_factor=0.5,
            status_forcelist=BUSY,
            allowed_methods=None,
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def signature(self) -> Signature:
        """Return what the model takes and returns.

        Raises:
            DataError: the server cannot be reached, has no such model, or is of another kind.
        """
        content = self._ask("GET", f"{self._address.rest}/metadata")
        try:
            answer = TypeAdapter(_Answer).validate_json(content)
            served = answer.metadata.signature_def.signature_def.get(SIGNATURE)
            tensors = _Tensors.model_validate(served or {"inputs": {}, "outputs": {}})
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise DataError(
                f"{self._address}: must answer as TensorFlow Serving does, got no {where or 'JSON'}"
            ) from error
        version = answer.model_spec.version
        return Signature(version, _shapes(tensors.inputs), _shapes(tensors.outputs))

    def probabilities(self, slices: np.ndarray) -> np.ndarray:
        """Return the class probabilities of slices.

        Raises:
            DataError: the server cannot be reached, or answers with an error.
        """
        values = np.asarray(slices, np.float32).tolist()
        body = {"signature_name": SIGNATURE, "inputs": {IMAGE: values}}
        content = self._ask("POST", f"{self._address.rest}:predict", body)
        try:
            outputs = TypeAdapter(dict[str, Any]).validate_json(content)["outputs"]
            return np.asarray(outputs[PROBABILITIES], np.float32)
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"{self._address}: must answer with outputs {PROBABILITIES}, got {content[:80]!a}"
            ) from error

    def _ask(self, method: str, url: str, body: Any = None) -> bytes:
        import requests

        try:
            limits = (min(self._timeout, CONNECT), self._timeout)
            answer = self._session.request(method, url, json=body, timeout=limits)
        except requests.ReadTimeout as error:
            raise DataError(
                f"{self._address}: no answer within {self._timeout:g} s (`timeout`)"
            ) from error
        except requests.RequestException as error:
            reason = getattr(error.args[0], "reason", error) if error.args else error
            raise DataError(f"{self._address}: cannot be reached: {one_line(reason)}") from error
        if not answer.ok:
            raise DataError(f"{self._address}: {_reason(answer)} (HTTP {answer.status_code})")
        return answer.content


def _reason(answer: Any) -> str:
    try:
        return " ".join(str(answer.json()["error"]).split())
    except (ValueError, KeyError, TypeError):
        return str(answer.reason)


def _shapes(tensors: dict[str, _Tensor]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(int(side.size) for side in one.tensor_shape.dim)
        for name, one in tensors.items()
    }
