"""The formats that a network is exported in."""

from typing import Literal

Format = Literal["saved_model", "openvino", "litert"]
"""What TensorFlow Serving, OpenVINO and LiteRT (formerly TensorFlow Lite) run."""

MODEL_FILES: dict[Format, str] = {
    "saved_model": "saved_model.pb",
    "openvino": "model.xml",
    "litert": "model.tflite",
}
"""The file in a version's folder by which its format is known."""
