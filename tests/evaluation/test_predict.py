import numpy as np
import pytest

from dscl_tf.evaluation.predict import predict_slices, predict_volume, softmax


class FakeModel:
    """Logits that depend on the row alone; remembers the shapes it was called with."""

    def __init__(self):
        self.shapes = []

    def predict_on_batch(self, x):
        self.shapes.append(x.shape)
        return np.concatenate([np.zeros_like(x), x, -x], axis=-1)


class FakeGeometry:
    def to_native(self, values):
        return np.moveaxis(values, 0, 2)  # (rows, columns, slices, classes)


def slices_of(depth):
    return np.random.default_rng(depth).normal(size=(depth, 3, 4, 1)).astype(np.float32)


@pytest.mark.parametrize("depth", [1, 4, 5, 8, 11])
def test_probabilities_do_not_depend_on_the_batch_size(depth):
    slices = slices_of(depth)
    whole = softmax(FakeModel().predict_on_batch(slices))
    np.testing.assert_array_equal(predict_slices(FakeModel(), slices, 4), whole)


def test_every_batch_has_the_same_shape_whatever_the_depth():
    model = FakeModel()
    for depth in (3, 4, 9):
        predict_slices(model, slices_of(depth), 4)
    assert set(model.shapes) == {(4, 3, 4, 1)}


def test_a_single_slice_goes_alone():
    model = FakeModel()
    predict_slices(model, slices_of(1), 4)
    assert model.shapes == [(1, 3, 4, 1)]


def test_softmax_of_large_logits_is_finite():
    np.testing.assert_allclose(
        softmax(np.array([[1e4, 0.0], [0.0, np.log(3)]])), [[1, 0], [0.25, 0.75]]
    )


def test_the_mask_is_the_largest_class_of_the_resampled_probabilities():
    slices = slices_of(5)
    mask, probabilities = predict_volume(FakeModel(), slices, FakeGeometry(), 4)
    assert (mask.dtype, mask.shape, probabilities.shape) == (np.uint8, (3, 4, 5), (3, 4, 5, 3))
    np.testing.assert_array_equal(mask, np.moveaxis(np.where(slices[..., 0] > 0, 1, 2), 0, 2))


@pytest.fixture(scope="module")
def keras_model():
    keras = pytest.importorskip("keras")
    image = keras.Input((16, 16, 1))
    features = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3, padding="same")(image))
    return keras.Model(image, keras.layers.Conv2D(3, 1)(features))


def test_a_keras_model_is_traced_once_for_all_depths(keras_model):
    slices = np.random.default_rng(0).normal(size=(7, 16, 16, 1)).astype(np.float32)
    calls = []
    call = keras_model.call
    keras_model.call = lambda *args, **options: calls.append(1) or call(*args, **options)
    for depth in (7, 3, 5):
        predict_slices(keras_model, slices[:depth], 4)
    traced = len(calls)
    keras_model.call = call
    expected = softmax(np.asarray(keras_model(slices, training=False)))
    np.testing.assert_allclose(predict_slices(keras_model, slices, 4), expected, atol=1e-6)
    assert traced == 1


def test_mixed_precision_logits_become_float32_probabilities():
    keras = pytest.importorskip("keras")
    image = keras.Input((8, 8, 1))
    model = keras.Model(image, keras.layers.Conv2D(3, 1, dtype="mixed_bfloat16")(image))
    probabilities = predict_slices(model, np.ones((2, 8, 8, 1), np.float32), 2)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(-1), 1, atol=1e-6)
