"""A SavedModel as a model of LiteRT. Running it needs the package ai-edge-litert."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from dscl_tf.streams import standard_error_aside


def write_litert(saved_model: Path, path: Path) -> None:
    """Write `path`, a .tflite file with float32 weights, by TensorFlow's own converter.

    Args:
        saved_model: the directory of a SavedModel, whose `serving_default` is taken.
        path: of the new file.
    """
    import tensorflow as tf

    with standard_error_aside(shown_on_error=True):  # the converter prints its graph's statistics
        converter = tf.lite.TFLiteConverter.from_saved_model(
            str(saved_model), signature_keys=["serving_default"]
        )
        path.write_bytes(converter.convert())


def load_litert(path: Path) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Return a function of `image` that answers with a dictionary of outputs by name.

    Args:
        path: the .tflite file.
    """
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(str(path)).get_signature_runner("serving_default")
    return lambda image: runner(image=image)
