import keras
import numpy as np

from dscl_tf.models import unet, weights_of
from tests.models.tiny import FILTERS, IMAGES, SHAPE


def test_logits_have_the_size_of_the_image() -> None:
    model = unet(SHAPE, 4, FILTERS)
    assert model.output_shape == (None, 32, 32, 4)
    assert model.name == "unet"
    assert model.predict_on_batch(IMAGES).shape == (4, 32, 32, 4)


def test_by_default_it_is_the_papers_with_the_released_codes_shapes() -> None:
    weights = weights_of(unet((192, 192, 1), 4))
    assert weights["encoder_block6_conv2/kernel"].shape == (3, 3, 128, 128)
    assert weights["decoder_block1_up/kernel"].shape == (2, 2, 128, 128)
    assert weights["decoder_block3_conv1/kernel"].shape == (3, 3, 128, 64)
    assert weights["segmentation_logits/kernel"].shape == (3, 3, 16, 4)
    assert "decoder_block5_conv2/kernel" not in weights
    assert not any("bias" in path for path in weights)


def test_kernels_differ_between_layers_and_between_seeds() -> None:
    weights, other = (weights_of(unet(SHAPE, 4, FILTERS, seed=seed)) for seed in (1, 2))
    first, second = "segmentation_conv1/kernel", "segmentation_conv2/kernel"
    assert weights[first].shape == weights[second].shape
    assert not np.array_equal(weights[first], weights[second])
    assert not np.array_equal(weights[first], other[first])


def test_every_batch_normalisation_is_as_asked_for() -> None:
    model = unet(SHAPE, 4, FILTERS, batch_norm_momentum=0.8, batch_norm_epsilon=0.01)
    layers = [each for each in model.layers if isinstance(each, keras.layers.BatchNormalization)]
    assert {(layer.momentum, layer.epsilon) for layer in layers} == {(0.8, 0.01)}
