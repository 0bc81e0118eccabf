import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.models.blocks import NearestUpSampling

RNG = np.random.default_rng(0)
MAPS = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
UPSTREAM = RNG.normal(size=(2, 6, 8, 5)).astype("float32")


def outputs_and_gradient(layer, dtype="float32", jit_compile=False):
    @tf.function(jit_compile=jit_compile)
    def apply(maps, upstream):
        with tf.GradientTape() as tape:
            tape.watch(maps)
            outputs = layer(maps)
        return outputs, tape.gradient(outputs, maps, upstream)

    return apply(tf.cast(MAPS, dtype), tf.cast(UPSTREAM, dtype))


@pytest.mark.parametrize("jit_compile", [True, False])
def test_equals_keras_in_values_and_gradient(jit_compile):
    ours = outputs_and_gradient(NearestUpSampling(), jit_compile=jit_compile)
    keras_s = outputs_and_gradient(keras.layers.UpSampling2D(2))
    np.testing.assert_array_equal(ours[0], keras_s[0])
    np.testing.assert_allclose(ours[1], keras_s[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_takes_low_precision(dtype):
    outputs, gradient = outputs_and_gradient(NearestUpSampling(dtype=dtype), dtype)
    assert outputs.dtype == gradient.dtype == dtype
    sums = UPSTREAM.reshape(2, 3, 2, 4, 2, 5).sum(axis=(2, 4))
    np.testing.assert_allclose(tf.cast(gradient, "float32"), sums, atol=0.05)


def test_maps_of_any_size_pass():
    model = keras.Sequential([keras.Input((None, None, 1)), NearestUpSampling()])
    assert model.output_shape == (None, None, None, 1)
    assert model(np.zeros((1, 5, 3, 1))).shape == (1, 10, 6, 1)


def test_survives_a_round_trip_of_its_config():
    layer = NearestUpSampling(name="larger")
    copy = keras.layers.deserialize(keras.layers.serialize(layer))
    assert isinstance(copy, NearestUpSampling) and copy.name == "larger"
