"""A client of TensorFlow Serving that takes volumes: the network is there, all else is here.

* `served_predictor` is what `predict_into` and `dscl-tf predict --server` predict with.
* `ServedNetwork` stands in for a Keras model in `predict_slices` and `predict_volume`.
* `read_model_json` reads how volumes are prepared from an export's `model.json`, and `read_rules`
  by which rules masks lose islands.

The form http:// needs neither TensorFlow nor Keras here. grpc:// needs tensorflow-serving-api,
whose messages import TensorFlow: pip install "dscl-tf[serving-client]".
"""

from dscl_tf.serving.address import ServerAddress
from dscl_tf.serving.connect import connect
from dscl_tf.serving.model_json import read_model_json, read_rules
from dscl_tf.serving.network import ServedNetwork
from dscl_tf.serving.predictor import served_predictor

__all__ = [
    "ServedNetwork",
    "ServerAddress",
    "connect",
    "read_model_json",
    "read_rules",
    "served_predictor",
]
