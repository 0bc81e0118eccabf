import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("export is TensorFlow only", allow_module_level=True)

from dscl_tf.evaluation.file_prediction import predict_files
from dscl_tf.evaluation.folder_prediction import predict_into
from dscl_tf.evaluation.outputs import Outputs
from dscl_tf.export.run import export_run
from dscl_tf.runs.run import Run
from dscl_tf.serving.predictor import served_predictor
from tests.serving.servers import SERVERS, Model


@pytest.fixture(scope="module")
def saved(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of the fine-tuned run."""
    return export_run(Run.open(trained / "finetune"), tmp_path_factory.mktemp("export") / "heart")


@pytest.fixture(scope="module")
def model(saved: Path) -> Model:
    """The SavedModel, served."""
    import tensorflow as tf

    function = tf.saved_model.load(str(saved)).signatures["serving_default"]

    def serve(image: np.ndarray) -> dict[str, np.ndarray]:
        return {name: value.numpy() for name, value in function(image=tf.constant(image)).items()}

    served = Model(serve, (32, 32, 1), 4)
    served.keep = function  # type: ignore[attr-defined] (its variables live as long)
    return served


@pytest.mark.parametrize("scheme", SERVERS)
@pytest.mark.parametrize("source", ["run", "model.json"])
def test_masks_are_byte_for_byte_those_of_the_network_here(
    trained: Path, saved: Path, model: Model, store, tmp_path: Path, scheme: str, source: str
) -> None:
    run = Run.open(trained / "finetune")
    inputs = [Path(store.volumes[volume].source) for volume in ("004", "005")]
    here = predict_files([run], inputs, tmp_path / "here")
    with SERVERS[scheme](model) as url:
        predictor = served_predictor(url, run if source == "run" else saved.parent)
        there = predict_into(tmp_path / "there", predictor, inputs, Outputs(probabilities=True))
    for one, other in zip(here, there.masks, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_the_http_client_imports_neither_tensorflow_nor_keras(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from dscl_tf.errors import DataError\n"
        "from dscl_tf.config import Data\n"
        "import dscl_tf.evaluation.folder_prediction\n"
        "from dscl_tf.serving import connect, served_predictor\n"
        "data = Data(classes={1: 'a'}, spacing=(1, 1), grid=(8, 8))\n"
        "try:\n"
        "    connect('http://127.0.0.1:1/heart', data, timeout=0.1)\n"
        "except DataError:\n"
        "    assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)\n"
        "else:\n"
        "    raise SystemExit(1)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
