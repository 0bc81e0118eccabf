from pathlib import Path

import keras
import numpy as np

from dscl_tf.models import region_encoder, weights_of
from tests.models.tiny import CORNERS, FILTERS, IMAGES, SHAPE


def test_each_region_has_an_embedding() -> None:
    model = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1, projection_size=6)
    assert model.output_shape == (None, 3, 6)
    assert model.predict_on_batch(IMAGES).shape == (4, 3, 6)


def test_by_default_g2_is_that_of_the_released_code() -> None:
    weights = weights_of(region_encoder((192, 192, 1), CORNERS))
    assert weights["g2_conv1/kernel"].shape == weights["g2_conv2/kernel"].shape == (1, 1, 64, 64)
    assert weights["g2_dense/kernel"].shape == (9 * 64, 128)


def test_one_by_one_regions_are_embedded_without_a_dense_layer() -> None:
    model = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1, region_size=1)
    assert model.output_shape == (None, 3, 4)
    assert not any("g2_dense" in path for path in weights_of(model))


def test_a_region_is_embedded_by_what_surrounds_it() -> None:
    model = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=2)
    changed = IMAGES.copy()
    changed[:, 31, 31] += 1  # far from all corners
    before, after = model.predict_on_batch(IMAGES), model.predict_on_batch(changed)
    np.testing.assert_allclose(after[:, 0], before[:, 0], atol=1e-6)
    changed[:, 1, 1] += 1
    assert not np.allclose(model.predict_on_batch(changed)[:, 0], before[:, 0])


def test_a_saved_model_is_the_same_when_loaded(tmp_path: Path) -> None:
    model = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1)
    model.save(tmp_path / "regions.keras")
    again = keras.saving.load_model(tmp_path / "regions.keras")
    assert np.array_equal(again.predict_on_batch(IMAGES), model.predict_on_batch(IMAGES))
