import numpy as np

from dscl_tf.models import encoder, slice_encoder, unet, weights_of
from tests.models.tiny import FILTERS, IMAGES, SHAPE


def test_an_embedding_has_its_size() -> None:
    model = slice_encoder(SHAPE, FILTERS, projection_hidden=16, projection_size=6)
    assert model.output_shape == (None, 6)
    assert weights_of(model)["g1_dense1/kernel"].shape == (8 * 8 * 8, 16)


def test_by_default_g1_is_that_of_the_released_code() -> None:
    weights = weights_of(slice_encoder((192, 192, 1)))
    assert weights["g1_dense1/kernel"].shape == (6 * 6 * 128, 1024)
    assert weights["g1_dense2/kernel"].shape == (1024, 128)


def test_the_encoder_alone_ends_at_its_coarsest_map() -> None:
    model = encoder(SHAPE, FILTERS)
    assert model.output_shape == (None, 8, 8, 8)
    inner = slice_encoder(SHAPE, FILTERS).get_layer("g1_flatten").input
    assert inner.shape == model.output_shape
    assert model.predict_on_batch(IMAGES).max() > 0


def test_networks_share_initial_weights_by_name() -> None:
    first, second = weights_of(slice_encoder(SHAPE, FILTERS)), weights_of(unet(SHAPE, 4, FILTERS))
    common = first.keys() & second.keys()
    assert common == weights_of(encoder(SHAPE, FILTERS)).keys()
    assert {path.split("_")[0] for path in common} == {"encoder"}
    assert all(np.array_equal(first[path], second[path]) for path in common)
