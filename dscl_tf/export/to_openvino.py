"""A SavedModel as a model of OpenVINO. Needs the package openvino; TensorFlow does nothing here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def write_openvino(saved_model: Path, path: Path) -> None:
    """Write `path`, an .xml file, and its weights in float32 beside it, as a .bin file.

    Args:
        saved_model: the directory of a SavedModel, whose `serving_default` is taken.
        path: of the new file.
    """
    import openvino

    # `read_model`, since `openvino.convert_model` reports its use to the makers' server.
    model = openvino.Core().read_model(saved_model)
    openvino.save_model(model, path, compress_to_fp16=False)


def load_openvino(path: Path) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Return a function of `image` that answers with a dictionary of outputs by name.

    Args:
        path: the .xml file.
    """
    import openvino

    # On CPUs that have it, the default is bfloat16, which is off by some 1e-3.
    settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(path, "CPU", settings)
    return lambda image: {
        output.get_any_name(): value for output, value in compiled({"image": image}).items()
    }
