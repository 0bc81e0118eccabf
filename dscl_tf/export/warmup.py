"""Warm-up records: requests that TensorFlow Serving sends itself when it loads a model.

They are tensorflow_serving.apis' PredictionLog { PredictLog { PredictRequest }}, spelt out in
protobuf's wire format to spare users the package tensorflow-serving-api. TensorFlow only.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tensorflow as tf

WARMUP_FILE = "tf_serving_warmup_requests"  # the name that TensorFlow Serving looks for


def write_warmup(folder: Path, records: Sequence[bytes]) -> None:
    """Write warm-up records where TensorFlow Serving looks for them.

    Args:
        folder: `assets.extra` of the SavedModel.
        records: as `warmup_records` gives them.

    Raises:
        tf.errors.OpError: the file cannot be written.
    """
    with tf.io.TFRecordWriter(str(folder / WARMUP_FILE)) as writer:
        for record in records:
            writer.write(record)


def warmup_records(
    model: str,
    shape: tuple[int, int, int],
    takes_ends: bool,
    ends_of: tuple[int, ...] = (),
) -> list[bytes]:
    """Return one serialised `PredictionLog` per prediction signature.

    Args:
        model: the name that it is served by.
        shape: (H, W, channels) of a slice.
        takes_ends: whether `serving_raw` takes `low` and `high`.
        ends_of: their shape for one slice: (channels,) where each channel has its own.
    """
    image = {"image": _tensor(0.0, (1, *shape))}
    ends = {"low": _tensor(0.0, (1, *ends_of)), "high": _tensor(1.0, (1, *ends_of))}
    raw = image | ends if takes_ends else image
    return [_record(model, "serving_default", image), _record(model, "serving_raw", raw)]


def _tensor(value: float, shape: tuple[int, ...]) -> bytes:
    return tf.make_tensor_proto(value, tf.float32, shape).SerializeToString()


def _record(model: str, signature: str, inputs: Mapping[str, bytes]) -> bytes:
    # ModelSpec: 1 name, 3 signature_name. PredictRequest: 1 model_spec, 2 inputs (a map: 1 key,
    # 2 value). PredictLog: 1 request. PredictionLog: 6 predict_log.
    request = _field(1, _field(1, model.encode()) + _field(3, signature.encode()))
    for key, tensor in inputs.items():
        request += _field(2, _field(1, key.encode()) + _field(2, tensor))
    return _field(6, _field(1, request))


def _field(number: int, content: bytes) -> bytes:
    """Return a length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
