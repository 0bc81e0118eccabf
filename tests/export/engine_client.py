"""Run a converted network with its engine alone, as the page on serving shows.

Called as a script by test_conversion with: model.xml or model.tflite, .npy in, .npy out.
"""

import sys

import numpy as np


def main(model: str, source: str, target: str) -> None:
    slices = np.load(source)
    if model.endswith(".xml"):
        import openvino

        compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        probabilities = compiled(slices)["probabilities"]
    else:
        from ai_edge_litert.interpreter import Interpreter

        runner = Interpreter(model).get_signature_runner("serving_default")
        probabilities = runner(image=slices)["probabilities"]
    np.save(target, probabilities)
    assert not {"keras", "dscl_tf", "tensorflow"} & set(sys.modules)


if __name__ == "__main__":
    main(*sys.argv[1:])
