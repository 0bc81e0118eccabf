"""TensorFlow Serving's warm-up message, made from the numbers that its .proto files publish."""

from functools import cache
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.message_factory import GetMessageClass


@cache
def prediction_log() -> Any:
    """The message class, with the fields that warm-up needs."""
    string, message = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_MESSAGE
    file = FileDescriptorProto(name="warmup.proto", package="warmup", syntax="proto3")
    file.dependency.append("tensorflow/core/framework/tensor.proto")
    for name, fields in {
        "ModelSpec": [("name", 1, string, ""), ("signature_name", 3, string, "")],
        "PredictRequest": [
            ("model_spec", 1, message, ".warmup.ModelSpec"),
            ("inputs", 2, message, ".warmup.PredictRequest.InputsEntry"),
        ],
        "PredictLog": [("request", 1, message, ".warmup.PredictRequest")],
        "PredictionLog": [("predict_log", 6, message, ".warmup.PredictLog")],
    }.items():
        described = file.message_type.add(name=name)
        for field, number, kind, of in fields:
            label = 3 if field == "inputs" else 1  # repeated, or optional
            named = {"type_name": of} if of else {}
            described.field.add(name=field, number=number, type=kind, label=label, **named)
    entry = file.message_type[1].nested_type.add(name="InputsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=string, label=1)
    tensor = ".tensorflow.TensorProto"
    entry.field.add(name="value", number=2, type=message, type_name=tensor, label=1)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName("warmup.PredictionLog"))
