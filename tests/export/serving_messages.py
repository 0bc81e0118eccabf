"""TensorFlow Serving's messages, made from the numbers that its .proto files publish."""

from functools import cache
from typing import Any

from google.protobuf import descriptor_pool, wrappers_pb2
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


@cache
def batching_parameters() -> Any:
    """The class of `BatchingParameters`, which --batching_parameters_file holds as text."""
    message, many = FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.LABEL_REPEATED
    file = FileDescriptorProto(name="batching.proto", package="batching", syntax="proto3")
    file.dependency.append("google/protobuf/wrappers.proto")
    described = file.message_type.add(name="BatchingParameters")
    for field, number, kind in (
        ("max_batch_size", 1, "Int64Value"),
        ("batch_timeout_micros", 2, "Int64Value"),
        ("max_enqueued_batches", 3, "Int64Value"),
        ("num_batch_threads", 4, "Int64Value"),
        ("thread_pool_name", 5, "StringValue"),
        ("enable_large_batch_splitting", 8, "BoolValue"),
        ("max_execution_batch_size", 9, "Int64Value"),
    ):
        of = f".google.protobuf.{kind}"
        described.field.add(name=field, number=number, type=message, label=1, type_name=of)
    integer, switch = FieldDescriptorProto.TYPE_INT64, FieldDescriptorProto.TYPE_BOOL
    described.field.add(name="allowed_batch_sizes", number=6, type=integer, label=many)
    described.field.add(name="pad_variable_length_inputs", number=7, type=switch, label=1)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName("batching.BatchingParameters"))
