"""What stands in a SavedModel's file."""

from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2


def saved_graph(saved):
    """The graph and its signatures."""
    proto = saved_model_pb2.SavedModel()
    proto.ParseFromString((saved / "saved_model.pb").read_bytes())
    return proto.meta_graphs[0]


def c_library():
    """The path of TensorFlow's C library."""
    library = Path(tf.sysconfig.get_lib()) / "libtensorflow_cc.so.2"
    if not library.exists():
        pytest.skip(f"this TensorFlow has no {library.name}")
    return str(library)
