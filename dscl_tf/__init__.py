"""Few-label medical image segmentation with global and local contrastive pre-training.

`load` returns the segmentation network of a finished run and `load_encoder` its encoder, both as
Keras models. Importing this package is cheap: TensorFlow and Keras are imported by what needs them
(these two, `dscl_tf.models`, `dscl_tf.losses`, `dscl_tf.augment`, `dscl_tf.stages`). Import it
before them: it settles how fast TensorFlow computes (see `dscl_tf.process`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.process import apply_settings

if TYPE_CHECKING:
    from dscl_tf.runs.load import load_encoder
    from dscl_tf.runs.load import load_network as load

__all__ = ["__version__", "load", "load_encoder"]

__version__ = "0.1.0"

apply_settings()

_FUNCTIONS = {"load": "load_network", "load_encoder": "load_encoder"}  # of dscl_tf.runs.load


def __getattr__(name: str) -> Any:
    if name not in _FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("dscl_tf.runs.load"), _FUNCTIONS[name])
