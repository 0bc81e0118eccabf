import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
if keras.backend.backend() != "tensorflow":
    pytest.skip("export is TensorFlow only", allow_module_level=True)

import tensorflow as tf  # noqa: E402
from google.protobuf import descriptor_pool  # noqa: E402
from google.protobuf.descriptor_pb2 import (  # noqa: E402
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.message_factory import GetMessageClass  # noqa: E402
from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402

from dscl_tf.data.grid.orientation import canonical_orientation  # noqa: E402
from dscl_tf.errors import DataError, UsageError  # noqa: E402
from dscl_tf.evaluation.predict import predict_slices  # noqa: E402
from dscl_tf.export.saved_model import WARMUP_FILE, export_saved_model  # noqa: E402

CLASSES = {1: "RV", 2: "LV"}
OPTIONS = {"classes": CLASSES, "spacing": (1.5, 1.25)}
SLICES = np.random.default_rng(0).normal(size=(5, 16, 24, 1)).astype(np.float32)


def small_model(dtype="float32", jit_compile=False):
    keras.utils.set_random_seed(0)
    image = keras.Input((16, 24, 1), name="image")
    features = keras.layers.Conv2D(4, 3, padding="same", dtype=dtype)(image)
    features = keras.layers.BatchNormalization(dtype=dtype)(features)
    features = keras.layers.UpSampling2D(dtype=dtype)(keras.layers.MaxPooling2D()(features))
    model = keras.Model(image, keras.layers.Conv2D(3, 1, dtype=dtype)(features))
    model.compile("adam", "mse", jit_compile=jit_compile)
    # Training first: what it traces and the optimiser's state must not reach the export.
    model.train_on_batch(SLICES, np.zeros((5, 16, 24, 3), np.float32))
    return model


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A model that was trained under XLA, its export and its own probabilities."""
    model = small_model(jit_compile=True)
    saved = export_saved_model(model, tmp_path_factory.mktemp("export") / "unet", **OPTIONS)
    return model, saved, predict_slices(model, SLICES, 5)


def saved_graph(saved):
    proto = saved_model_pb2.SavedModel()
    proto.ParseFromString((saved / "saved_model.pb").read_bytes())
    return proto.meta_graphs[0]


def test_the_c_library_alone_computes_the_same(exported, tmp_path):
    library = Path(tf.sysconfig.get_lib()) / "libtensorflow_cc.so.2"
    if not library.exists():
        pytest.skip(f"this TensorFlow has no {library.name}")
    _, saved, expected = exported
    signature = saved_graph(saved).signature_def["serving_default"]
    tensors = [signature.inputs["image"].name]
    tensors += [signature.outputs[key].name for key in ("probabilities", "label")]
    np.save(tmp_path / "slices.npy", SLICES)
    files = [str(tmp_path / "slices.npy"), str(tmp_path / "outputs.npz")]
    client = str(Path(__file__).with_name("serving_client.py"))
    command = [sys.executable, client, str(library), str(saved), *tensors, *files]
    subprocess.run(command, check=True, cwd=tmp_path)
    outputs = np.load(tmp_path / "outputs.npz")
    np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-5)
    np.testing.assert_array_equal(outputs["label"], outputs["probabilities"].argmax(-1))
    np.testing.assert_allclose(outputs["single"], expected[:1], atol=1e-5)


def test_the_directory_is_a_version_that_serving_finds(exported):
    _, saved, _ = exported
    assert (saved.parent.name, saved.name) == ("unet", "1")
    assert [path.name for path in saved.parent.parent.iterdir()] == ["unet"]
    assert (saved / "saved_model.pb").is_file()


def test_signatures_name_their_tensors_and_leave_the_batch_open(exported):
    loaded = tf.saved_model.load(str(exported[1])).signatures
    inputs = {
        name: {
            key: tuple(spec.shape)
            for key, spec in loaded[name].structured_input_signature[1].items()
        }
        for name in ("serving_default", "serving_raw", "percentiles")
    }
    image = {"image": (None, 16, 24, 1)}
    assert inputs["serving_default"] == image
    assert inputs["serving_raw"] == image | {"low": (None,), "high": (None,)}
    assert inputs["percentiles"] == {"intensities": (None,)}
    outputs = loaded["serving_default"].structured_outputs
    assert tuple(outputs["probabilities"].shape) == (None, 16, 24, 3)
    assert tuple(outputs["label"].shape) == (None, 16, 24)


def test_raw_slices_are_normalised_row_by_row(exported):
    _, saved, expected = exported
    low = np.array([0, -3, 100, 5, 7], np.float32)
    high = low + np.array([1, 2, 50, 10, 1000], np.float32)
    raw = SLICES * (high - low)[:, None, None, None] + low[:, None, None, None]
    serve = tf.saved_model.load(str(saved)).signatures["serving_raw"]
    outputs = serve(image=tf.constant(raw), low=tf.constant(low), high=tf.constant(high))
    np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-4)


def test_raw_slices_with_an_empty_range_are_refused(exported):
    serve = tf.saved_model.load(str(exported[1])).signatures["serving_raw"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="high must be greater than low"):
        serve(image=tf.constant(SLICES[:1]), low=tf.ones(1), high=tf.ones(1))


@pytest.mark.parametrize("voxels", [1, 2, 101, 5000])
def test_percentiles_equal_numpys(exported, voxels):
    values = np.random.default_rng(voxels).gamma(2, 300, voxels).astype(np.float32)
    outputs = tf.saved_model.load(str(exported[1])).signatures["percentiles"](
        intensities=tf.constant(values)
    )
    ends = [float(outputs["low"]), float(outputs["high"])]
    np.testing.assert_allclose(ends, np.percentile(values, (1, 99)), rtol=1e-5)


def test_only_standard_operations_are_used_and_nothing_demands_xla(exported):
    graph = saved_graph(exported[1]).graph_def
    functions = graph.library.function
    nodes = [*graph.node, *(node for function in functions for node in function.node_def)]
    operations = {node.op for node in nodes}
    assert {"Conv2D", "Softmax"} <= operations <= set(dir(tf.raw_ops))
    assert not [name for name in operations if "PyFunc" in name or name.startswith("Xla")]
    assert not [item for item in (*nodes, *functions) if item.attr["_XlaMustCompile"].b]


def test_each_weight_is_stored_once_and_the_optimiser_stays_behind(exported):
    model, saved, _ = exported
    stored = tf.train.list_variables(str(saved / "variables/variables"))
    shapes = [tuple(shape) for name, shape in stored if name.endswith("VARIABLE_VALUE")]
    assert sorted(shapes) == sorted(tuple(variable.shape) for variable in model.variables)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_gives_float32_probabilities(dtype, tmp_path):
    saved = export_saved_model(small_model(dtype), tmp_path / "unet", **OPTIONS)
    serve = tf.saved_model.load(str(saved)).signatures["serving_default"]
    probabilities = serve(image=tf.constant(SLICES))["probabilities"]
    assert probabilities.dtype == tf.float32
    np.testing.assert_allclose(np.sum(probabilities, -1), 1, atol=1e-6)


def test_the_facts_for_the_serving_engineer(exported):
    facts = json.loads((exported[1] / "assets.extra/model.json").read_text())
    assert facts["grid"] == [16, 24]
    assert facts["spacing_mm"] == [1.5, 1.25]
    assert facts["classes"] == {"0": "background", "1": "RV", "2": "LV"}
    assert facts["percentiles"] == [1.0, 99.0]
    assert facts["slice_axis"] == "auto" and "after N4" not in facts["normalisation"]


def test_the_facts_say_how_slices_lie_and_what_the_percentiles_are_of(tmp_path):
    options = {**OPTIONS, "slice_axis": "coronal", "bias_corrected": True}
    saved = export_saved_model(small_model(), tmp_path / "unet", **options)
    facts = json.loads((saved / "assets.extra/model.json").read_text())
    assert "after N4" in facts["normalisation"]
    # An identity affine is "RAS": coronal slices of it turn as `orientation` says, to "LIP".
    (row, left), (slices, back), (column, down) = canonical_orientation(np.eye(4), "coronal")
    assert (row, column, slices, left, down, back) == (0, 1, 2, -1, -1, -1)
    assert facts["orientation"].endswith(
        "rows grow to the patient's left, columns down, slices count back"
    )


def prediction_log():
    """The part of TensorFlow Serving's message that warm-up takes, by its published numbers."""
    string, message = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_MESSAGE
    file = FileDescriptorProto(name="warmup.proto", package="warmup", syntax="proto3")
    file.dependency.append("tensorflow/core/framework/tensor.proto")
    for name, fields in {
        "ModelSpec": [("name", 1, string, ""), ("signature_name", 3, string, "")],
        "PredictRequest": [
            ("model_spec", 1, message, ".warmup.ModelSpec"),
            ("inputs", 2, message, ".warmup.PredictRequest.InputsEntry"),
        ],
        "PredictLog": [("request", 1, message, ".warmup.PredictRequest")],
        "PredictionLog": [("predict_log", 6, message, ".warmup.PredictLog")],
    }.items():
        described = file.message_type.add(name=name)
        for field, number, kind, of in fields:
            label = 3 if field == "inputs" else 1  # repeated, or optional
            named = {"type_name": of} if of else {}
            described.field.add(name=field, number=number, type=kind, label=label, **named)
    entry = file.message_type[1].nested_type.add(name="InputsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=string, label=1)
    tensor = ".tensorflow.TensorProto"
    entry.field.add(name="value", number=2, type=message, type_name=tensor, label=1)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName("warmup.PredictionLog"))


def test_the_warmup_file_parses_as_tensorflow_servings_messages(exported):
    path = exported[1] / "assets.extra" / WARMUP_FILE
    signatures = tf.saved_model.load(str(exported[1])).signatures
    seen = []
    for record in tf.data.TFRecordDataset(str(path)):
        request = prediction_log().FromString(record.numpy()).predict_log.request
        seen.append((request.model_spec.name, request.model_spec.signature_name))
        inputs = {key: tf.constant(tf.make_ndarray(value)) for key, value in request.inputs.items()}
        signatures[request.model_spec.signature_name](**inputs)
    assert seen == [("unet", "serving_default"), ("unet", "serving_raw")]


def test_pictures_are_served_raw_with_their_fixed_range(tmp_path):
    model = keras.Sequential([keras.Input((16, 24, 3)), keras.layers.Conv2D(3, 1)])
    saved = export_saved_model(
        model, tmp_path / "street", **OPTIONS, intensity_range=(0.0, 255.0), unit="px"
    )
    loaded = tf.saved_model.load(str(saved)).signatures
    assert set(loaded) == {"serving_default", "serving_raw"}
    pixels = np.random.default_rng(0).integers(256, size=(2, 16, 24, 3)).astype(np.float32)
    raw = loaded["serving_raw"](image=tf.constant(pixels))["probabilities"]
    expected = loaded["serving_default"](image=tf.constant(pixels / 255))["probabilities"]
    np.testing.assert_allclose(raw, expected, atol=1e-6)
    facts = json.loads((saved / "assets.extra/model.json").read_text())
    assert (facts["intensity_range"], facts["spacing_px"]) == ([0, 255], [1.5, 1.25])
    assert facts["channels"] == 3 and "percentiles" not in facts and "spacing_mm" not in facts
    warmup = saved / "assets.extra" / WARMUP_FILE
    records = [record.numpy() for record in tf.data.TFRecordDataset(str(warmup))]
    assert [b"image" in record and b"high" not in record for record in records] == [True, True]


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
    with pytest.raises(UsageError, match="version: must be 1 or more, got 0"):
        export_saved_model(small_model(), tmp_path / "unet", **OPTIONS, version=0)
    with pytest.raises(UsageError, match="must name 2 classes beside the background, got 1"):
        export_saved_model(small_model(), tmp_path / "unet", classes={1: "RV"}, spacing=(1, 1))
    open_sides = keras.Sequential([keras.Input((None, None, 1)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(UsageError, match="fixed sides, got "):
        export_saved_model(open_sides, tmp_path / "unet", **OPTIONS)
    assert not (tmp_path / "unet").exists()
