import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.errors import DataError, UsageError
from dscl_tf.export.saved_model import export_saved_model
from tests.export.models import OPTIONS, SLICES, small_model
from tests.export.saved_graph import c_library, saved_graph


def test_the_c_library_alone_computes_the_same(exported, tmp_path):
    library = c_library()
    signature = saved_graph(exported.saved).signature_def["serving_default"]
    tensors = [signature.inputs["image"].name]
    tensors += [signature.outputs[key].name for key in ("probabilities", "label")]
    np.save(tmp_path / "slices.npy", SLICES)
    files = [str(tmp_path / "slices.npy"), str(tmp_path / "outputs.npz")]
    client = str(Path(__file__).with_name("c_library_client.py"))
    command = [sys.executable, client, library, str(exported.saved), *tensors, *files]
    subprocess.run(command, check=True, cwd=tmp_path)
    outputs = np.load(tmp_path / "outputs.npz")
    expected = exported.probabilities
    np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-5)
    np.testing.assert_array_equal(outputs["label"], outputs["probabilities"].argmax(-1))
    np.testing.assert_allclose(outputs["single"], expected[:1], atol=1e-5)


def test_the_directory_is_a_version_that_serving_finds(exported):
    saved = exported.saved
    assert (saved.parent.name, saved.name) == ("unet", "1")
    assert [path.name for path in saved.parent.parent.iterdir()] == ["unet"]
    assert (saved / "saved_model.pb").is_file()


@pytest.mark.parametrize("tensors", ["inputs", "outputs"])
def test_the_description_names_the_tensors_that_the_graph_has(exported, tensors):
    described = json.loads((exported.saved / "assets.extra/model.json").read_text())["signatures"]
    stored = saved_graph(exported.saved).signature_def
    assert set(described) == set(stored) - {"__saved_model_init_op"}
    for name, signature in described.items():
        in_graph = {
            key: {
                "dtype": tf.as_dtype(tensor.dtype).name,
                "shape": tf.TensorShape(tensor.tensor_shape).as_list(),
            }
            for key, tensor in getattr(stored[name], tensors).items()
        }
        assert signature[tensors] == in_graph


def test_only_standard_operations_are_used_and_nothing_demands_xla(exported):
    graph = saved_graph(exported.saved).graph_def
    functions = graph.library.function
    nodes = [*graph.node, *(node for function in functions for node in function.node_def)]
    operations = {node.op for node in nodes}
    assert {"Conv2D", "Softmax"} <= operations <= set(dir(tf.raw_ops))
    assert not [name for name in operations if "PyFunc" in name or name.startswith("Xla")]
    assert not [item for item in (*nodes, *functions) if item.attr["_XlaMustCompile"].b]


def test_each_weight_is_stored_once_and_the_optimiser_stays_behind(exported):
    stored = tf.train.list_variables(str(exported.saved / "variables/variables"))
    shapes = [tuple(shape) for name, shape in stored if name.endswith("VARIABLE_VALUE")]
    assert sorted(shapes) == sorted(tuple(variable.shape) for variable in exported.model.variables)


def test_an_existing_version_is_refused_and_untouched_and_another_goes_beside_it(tmp_path):
    (tmp_path / "unet" / "1").mkdir(parents=True)
    with pytest.raises(DataError, match=r"unet/1: the output directory must not exist yet"):
        export_saved_model(small_model(), tmp_path / "unet", **OPTIONS)
    assert list((tmp_path / "unet" / "1").iterdir()) == []
    saved = export_saved_model(small_model(), tmp_path / "unet", **OPTIONS, version=12)
    assert saved == tmp_path / "unet" / "12" and (saved / "saved_model.pb").is_file()
    assert sorted(path.name for path in saved.parent.iterdir()) == ["1", "12"]
    assert (saved / "assets.extra" / "model.json").is_file()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="file: the output directory must not exist yet"):
        export_saved_model(small_model(), tmp_path / "file", **OPTIONS)


def test_wrong_arguments_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"^`version`: must be 1 or more, got 0"):
        export_saved_model(small_model(), tmp_path / "unet", **OPTIONS, version=0)
    with pytest.raises(UsageError, match="must name 2 classes beside the background, got 1"):
        export_saved_model(small_model(), tmp_path / "unet", classes={1: "RV"}, spacing=(1, 1))
    open_sides = keras.Sequential([keras.Input((None, None, 1)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(UsageError, match=r"^`model`: .* fixed sides, got "):
        export_saved_model(open_sides, tmp_path / "unet", **OPTIONS)
    assert not (tmp_path / "unet").exists()
