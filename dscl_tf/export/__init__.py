"""SavedModels for TensorFlow Serving, and what a client must know to feed them.

Importing this package does not import TensorFlow; using what it offers does.

* `export_run` exports the network of a finished fine-tuning run.
* `export_saved_model` exports any Keras model that maps slices to logits.
* `serving_signatures` are the functions that both of them write. Both also convert the network for
  OpenVINO or LiteRT (`format`), checked against TensorFlow.
* `Preparation` and `describe` make the description, `model.json`; they need no TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.export.description import describe
from dscl_tf.export.preparation import Preparation

if TYPE_CHECKING:
    from dscl_tf.export.run import export_run
    from dscl_tf.export.saved_model import export_saved_model
    from dscl_tf.export.signatures import serving_signatures

__all__ = [
    "Preparation",
    "describe",
    "export_run",
    "export_saved_model",
    "serving_signatures",
]

_NEEDS_TENSORFLOW = {
    "export_run": "run",
    "export_saved_model": "saved_model",
    "serving_signatures": "signatures",
}


def __getattr__(name: str) -> Any:
    if name not in _NEEDS_TENSORFLOW:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NEEDS_TENSORFLOW[name]}"), name)
