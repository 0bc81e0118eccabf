import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.layers import BatchNormalization

from dscl_tf.models.fused_batch_normalisation import FusedBatchNormalisation
from tests.models.normalised import assert_close, batch, network, trained, variables

REPO = Path(__file__).resolve().parents[2]
IMAGES = np.random.default_rng(0).normal(3, 2, (4, 6, 5, 3)).astype("float32")


def layers(shape=IMAGES.shape, **options):
    """Return Keras's layer and the fused one with the same values, none of them initial."""
    made = []
    for kind in (BatchNormalization, FusedBatchNormalisation):
        layer = kind(momentum=0.9, **options)
        layer.build(shape)
        rng = np.random.default_rng(1)
        layer.set_weights([rng.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
        made.append(layer)
    return made


def assert_same_layers(one, other, tolerance=1e-6) -> None:
    for variable, expected in zip(other.variables, one.variables, strict=True):
        np.testing.assert_allclose(variable, expected, rtol=tolerance, atol=tolerance)


def operations(layer, training: bool, shape=IMAGES.shape, jit_compile: bool = False) -> set[str]:
    """Return the kinds of operations that TensorFlow traces for the layer."""
    apply = tf.function(lambda x: layer(x, training=training), jit_compile=jit_compile)
    graph = apply.get_concrete_function(tf.TensorSpec(shape)).graph
    return {operation.type for operation in graph.get_operations()}


@pytest.mark.parametrize("training", [True, False])
def test_it_is_one_operation(training: bool) -> None:
    keras_layer, layer = layers()
    assert "FusedBatchNormV3" in operations(layer, training)
    assert "FusedBatchNormV3" not in operations(keras_layer, training)


@pytest.mark.parametrize(
    ("policy", "tolerance"), [("float32", 1e-6), ("mixed_bfloat16", 1e-2), ("mixed_float16", 1e-2)]
)
def test_training_is_that_of_keras(policy: str, tolerance: float) -> None:
    expected = trained(BatchNormalization, keras.optimizers.Adam(), policy=policy)
    fused = trained(FusedBatchNormalisation, keras.optimizers.Adam(), policy=policy)
    assert_close(fused, expected, tolerance)


def test_batches_of_unknown_size_have_the_statistics_of_keras() -> None:
    models = [network(kind) for kind in (BatchNormalization, FusedBatchNormalisation)]
    data = tf.data.Dataset.from_tensor_slices(batch(0, rows=7)).batch(4)
    for model in models:
        model.compile("sgd", "mse", jit_compile=False)
        model.fit(data, verbose=0, shuffle=False)
    expected, fused = (variables(model) for model in models)
    assert_close(fused, expected, 1e-6)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("trainable", [True, False])
def test_outputs_and_gradients_are_those_of_keras(training: bool, trainable: bool) -> None:
    results = []
    made = layers()
    for layer in made:
        layer.trainable = trainable
        inputs = tf.constant(IMAGES)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=training)
            total = tf.reduce_sum(outputs * tf.random.stateless_normal(outputs.shape, (1, 2)))
        sources = [inputs, layer.gamma.value, layer.beta.value]
        results.append([outputs, *tape.gradient(total, sources)])
    for value, expected in zip(results[1], results[0], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
    assert_same_layers(*made)


def test_a_frozen_layer_keeps_its_statistics() -> None:
    _, layer = layers()
    before = [np.array(variable) for variable in layer.variables]
    layer.trainable = False
    layer(IMAGES, training=True)
    for variable, value in zip(layer.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_frozen_weights_leave_the_statistics_of_the_batch_in_use() -> None:
    keras_layer, layer = layers()
    for each in (keras_layer, layer):
        each.gamma.trainable = each.beta.trainable = False
    outputs, expected = (np.asarray(each(IMAGES, training=True)) for each in (layer, keras_layer))
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)
    assert_same_layers(keras_layer, layer)


def test_in_a_stateless_scope_no_variable_changes() -> None:
    _, layer = layers()
    before = [np.array(variable) for variable in layer.variables]
    other = [value + 1 for value in before]
    mapping = list(zip(layer.variables, map(keras.ops.convert_to_tensor, other), strict=True))
    with keras.StatelessScope(state_mapping=mapping) as scope:
        inside = np.asarray(layer(IMAGES, training=True))
    for variable, value in zip(layer.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)
    assert np.abs(scope.get_current_value(layer.moving_mean) - other[2]).max() > 0.01
    layer.set_weights(other)
    np.testing.assert_array_equal(inside, layer(IMAGES, training=True))


@pytest.mark.parametrize("mean", [0, 1000])
def test_under_xla_it_is_keras_own_layer_far_from_zero_too(mean: float) -> None:
    results = []
    made = layers()
    for layer in made:
        apply = tf.function(lambda x, layer=layer: layer(x, training=True), jit_compile=True)
        results.append(apply(IMAGES + np.float32(mean)))
    np.testing.assert_array_equal(results[1], results[0])
    assert_same_layers(*made, tolerance=0)
    assert "FusedBatchNormV3" not in operations(made[1], True, jit_compile=True)


@pytest.mark.parametrize("mean", [0, 1000])
def test_statistics_are_exact_far_from_zero(mean: float) -> None:
    images = (IMAGES + mean).astype("float32")
    layer = FusedBatchNormalisation(momentum=0.0)
    layer(images, training=True)
    exact = images.astype("float64")
    np.testing.assert_allclose(layer.moving_mean, exact.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, exact.var((0, 1, 2)), rtol=1e-4)


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((9, 3), {}),
        ((2, 4, 3), {}),
        ((2, 3, 4, 4, 3), {}),
        ((4, 6, 5, 3), {"axis": 1}),
        ((4, 6, 5, 3), {"epsilon": 1e-6}),
    ],
)
def test_what_the_kernel_does_not_take_is_left_to_keras(shape, options) -> None:
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    keras_layer, layer = layers(shape, **options)
    assert "FusedBatchNormV3" not in operations(layer, True, shape)
    np.testing.assert_array_equal(layer(inputs, training=True), keras_layer(inputs, training=True))
    assert_same_layers(keras_layer, layer, tolerance=0)


def test_a_mask_is_left_to_keras() -> None:
    mask = np.random.default_rng(0).random(IMAGES.shape[:3]) < 0.5
    keras_layer, layer = layers()
    expected = keras_layer(IMAGES, training=True, mask=mask)
    np.testing.assert_array_equal(layer(IMAGES, training=True, mask=mask), expected)


@pytest.mark.parametrize("options", [{"scale": False}, {"center": False}])
def test_scale_and_centre_can_be_left_out(options) -> None:
    keras_layer, layer = layers(**options)
    outputs, expected = (np.asarray(each(IMAGES, training=True)) for each in (layer, keras_layer))
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)
    assert_same_layers(keras_layer, layer)


def test_inputs_are_not_rounded_to_the_compute_dtype() -> None:
    options = {"dtype": keras.DTypePolicy("mixed_bfloat16"), "autocast": False}
    keras_layer, layer = layers(**options)
    outputs, expected = (each(IMAGES, training=True) for each in (layer, keras_layer))
    assert outputs.dtype == expected.dtype == "bfloat16"
    assert_same_layers(keras_layer, layer)


def test_a_saved_model_is_read_again(tmp_path) -> None:
    model = network(FusedBatchNormalisation)
    model.compile("sgd", "mse", jit_compile=False)
    model.train_on_batch(*batch(0))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert type(again.get_layer("n1")) is FusedBatchNormalisation
    images, _ = batch(1)
    np.testing.assert_array_equal(again.predict_on_batch(images), model.predict_on_batch(images))


def test_names_and_weights_are_those_of_keras() -> None:
    plain, fused = (network(kind) for kind in (BatchNormalization, FusedBatchNormalisation))
    assert [each.path for each in fused.variables] == [each.path for each in plain.variables]
    plain.compile("sgd", "mse", jit_compile=False)
    plain.train_on_batch(*batch(0))
    fused.set_weights(plain.get_weights())
    images, _ = batch(1)
    np.testing.assert_allclose(fused(images), plain(images), rtol=1e-5, atol=1e-6)


def test_on_jax_it_is_keras_own_layer() -> None:
    pytest.importorskip("jax", reason="JAX is not installed")
    code = """
import keras
from dscl_tf.models.fused_batch_normalisation import FusedBatchNormalisation
from dscl_tf.stages.fused_adam import FusedAdam
from tests.models.normalised import assert_close, trained
assert keras.backend.backend() == "jax"
expected = trained(keras.layers.BatchNormalization, keras.optimizers.Adam(), jit_compile=True)
assert_close(trained(FusedBatchNormalisation, FusedAdam(), jit_compile=True), expected, 0)
"""
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPO, env=environment)
