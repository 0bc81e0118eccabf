"""Few-label medical image segmentation with global and local contrastive pre-training.

`load_segmenter` returns what segments whole volumes with a finished run, arrays and files. `load`
returns the run's network and `load_encoder` its encoder, both as Keras models, which take slices on
the training grid. Importing this package is cheap: TensorFlow and Keras are imported by what needs
them (these three, `dscl_tf.models`, `dscl_tf.losses`, `dscl_tf.augment`, `dscl_tf.stages`). Import
it before them: it settles how fast TensorFlow computes (see `dscl_tf.process`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.process import apply_settings

if TYPE_CHECKING:
    from dscl_tf.evaluation.segmenter import load_segmenter
    from dscl_tf.runs.load import load_encoder
    from dscl_tf.runs.load import load_network as load

__all__ = ["__version__", "load", "load_encoder", "load_segmenter"]

__version__ = "0.1.0"

apply_settings()

_FUNCTIONS = {
    "load": ("dscl_tf.runs.load", "load_network"),
    "load_encoder": ("dscl_tf.runs.load", "load_encoder"),
    "load_segmenter": ("dscl_tf.evaluation.segmenter", "load_segmenter"),
}


def __getattr__(name: str) -> Any:
    if name not in _FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, function = _FUNCTIONS[name]
    return getattr(import_module(module), function)
