import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.evaluation.predict import average_views, predict_slices, predict_volume, softmax
from dscl_tf.evaluation.views import PLAIN, View, Views
from tests.evaluation.networks import Certain, FakeGeometry, FakeNetwork, Slope


def slices_of(depth):
    return np.random.default_rng(depth).normal(size=(depth, 3, 4, 1)).astype(np.float32)


@pytest.mark.parametrize("jit_compile", [True, False])
@pytest.mark.parametrize("depth", [1, 4, 5, 8, 11])
def test_probabilities_do_not_depend_on_the_batch_size(depth, jit_compile):
    slices = slices_of(depth)
    whole = softmax(FakeNetwork().predict_on_batch(slices))
    np.testing.assert_array_equal(predict_slices(FakeNetwork(jit_compile), slices, 4), whole)


@pytest.mark.parametrize(
    ("depth", "sizes"), [(1, [1]), (4, [4]), (5, [2, 3]), (9, [3, 3, 3]), (11, [3, 4, 4])]
)
def test_no_batch_is_filled_up_without_xla(depth, sizes):
    network = FakeNetwork(jit_compile=False)
    predict_slices(network, slices_of(depth), 4)
    assert [shape[0] for shape in network.shapes] == sizes


def test_every_batch_has_the_same_shape_under_xla_whatever_the_depth():
    network = FakeNetwork()
    for depth in (3, 4, 9):
        predict_slices(network, slices_of(depth), 4)
    assert set(network.shapes) == {(4, 3, 4, 1)}


def test_a_single_slice_goes_alone():
    network = FakeNetwork()
    predict_slices(network, slices_of(1), 4)
    assert network.shapes == [(1, 3, 4, 1)]


def test_softmax_of_large_logits_is_finite():
    np.testing.assert_allclose(
        softmax(np.array([[1e4, 0.0], [0.0, np.log(3)]])), [[1, 0], [0.25, 0.75]]
    )


def test_the_mask_is_the_largest_class_of_the_resampled_probabilities():
    slices = slices_of(5)
    mask, probabilities = predict_volume([FakeNetwork()], slices, FakeGeometry(), batch_size=4)
    assert (mask.dtype, mask.shape, probabilities.shape) == (np.uint8, (3, 4, 5), (3, 4, 5, 3))
    np.testing.assert_array_equal(mask, np.moveaxis(np.where(slices[..., 0] > 0, 1, 2), 0, 2))


def test_without_averaging_the_prediction_is_that_of_the_slices():
    slices = slices_of(5)
    plain = predict_slices(FakeNetwork(), slices)
    np.testing.assert_array_equal(average_views([FakeNetwork()], slices, PLAIN), plain)


def test_flips_leave_an_equivariant_network_alone():
    slices = slices_of(5)
    averaged = average_views([FakeNetwork()], slices, Views(("rows", "columns", "both")))
    np.testing.assert_allclose(averaged, predict_slices(FakeNetwork(), slices), atol=1e-6)


def test_flips_average_what_is_not_equivariant():
    slices = slices_of(2)
    plain = predict_slices(Slope(), slices)
    flipped = predict_slices(Slope(), slices[:, ::-1])[:, ::-1]
    averaged = average_views([Slope()], slices, Views(("rows",)))
    np.testing.assert_allclose(averaged, (plain + flipped) / 2, atol=1e-6)


def test_members_of_an_ensemble_count_alike():
    mean = average_views([Certain(0), Certain(2), Certain(2)], slices_of(2), PLAIN)
    np.testing.assert_allclose(mean, np.broadcast_to([1 / 3, 0, 2 / 3], mean.shape), atol=1e-6)


@given(
    st.sets(st.sampled_from(["rows", "columns", "both"])),
    st.sets(st.floats(0.5, 45), min_size=1, max_size=2),
    st.integers(3, 9),
)
def test_no_view_draws_pixels_that_it_does_not_show_towards_zero(flips, rotations, side):
    slices = np.zeros((1, side, 8, 1), np.float32)
    mean = average_views([Certain(1)], slices, Views(tuple(flips), tuple(rotations)))
    np.testing.assert_allclose(mean, np.broadcast_to([0, 1, 0], mean.shape), atol=1e-5)


def test_a_pixel_that_no_turned_view_shows_keeps_the_plain_prediction():
    slices = np.random.default_rng(0).normal(size=(2, 9, 9, 1)).astype(np.float32)
    averaged = average_views([FakeNetwork()], slices, Views((), (45.0,)))
    plain = predict_slices(FakeNetwork(), slices)
    corner = np.s_[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    np.testing.assert_array_equal(averaged[corner], plain[corner])
    assert np.abs(averaged - plain).max() > 0.1


def test_turned_views_are_brought_back_before_the_mean():
    slices = np.random.default_rng(1).normal(size=(2, 7, 6, 1)).astype(np.float32)
    total, weight = np.zeros((2, 7, 6, 3)), np.zeros((7, 6))
    for view in (View(), View(None, 20), View(None, -20)):
        back, weights = view.undo(predict_slices(Slope(), view.apply(slices)))
        total, weight = total + back, weight + weights
    averaged = average_views([Slope()], slices, Views((), (20.0,)))
    np.testing.assert_allclose(averaged, total / weight[..., None], atol=1e-6)


def test_every_view_comes_in_batches_of_one_shape():
    network = FakeNetwork()
    average_views([network], slices_of(6), Views(("rows",), (10.0,)), 4)
    assert network.shapes == [(4, 3, 4, 1)] * 12


@pytest.fixture(scope="module")
def keras_model():
    keras = pytest.importorskip("keras")
    image = keras.Input((16, 16, 1))
    features = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3, padding="same")(image))
    return keras.Model(image, keras.layers.Conv2D(3, 1)(features))


def test_a_keras_model_is_traced_twice_for_all_depths(keras_model):
    slices = np.random.default_rng(0).normal(size=(7, 16, 16, 1)).astype(np.float32)
    calls = []
    call = keras_model.call
    keras_model.call = lambda *args, **options: calls.append(1) or call(*args, **options)
    for depth in (7, 3, 5, 1, 2, 6):
        predict_slices(keras_model, slices[:depth], 4)
    traced = len(calls)
    keras_model.call = call
    expected = softmax(np.asarray(keras_model(slices, training=False)))
    np.testing.assert_allclose(predict_slices(keras_model, slices, 4), expected, atol=1e-6)
    assert traced == 2


def test_mixed_precision_logits_become_float32_probabilities():
    keras = pytest.importorskip("keras")
    image = keras.Input((8, 8, 1))
    network = keras.Model(image, keras.layers.Conv2D(3, 1, dtype="mixed_bfloat16")(image))
    probabilities = predict_slices(network, np.ones((2, 8, 8, 1), np.float32), 2)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(-1), 1, atol=1e-6)
