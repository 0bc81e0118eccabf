import keras
import numpy as np

from dscl_tf.models.blocks import LayerFactory


def kernel(factory: LayerFactory, name: str) -> np.ndarray:
    layer = factory.convolution(4, 3, name)
    layer.build((None, 8, 8, 2))
    return keras.ops.convert_to_numpy(layer.kernel)


def test_name_and_seed_decide_the_initial_kernel() -> None:
    one = kernel(LayerFactory(seed=1), "a")
    factory = LayerFactory(seed=1)
    factory.dense(3, "other")  # what else was made does not matter
    assert np.array_equal(kernel(factory, "a"), one)
    assert not np.array_equal(kernel(LayerFactory(seed=1), "b"), one)
    assert not np.array_equal(kernel(LayerFactory(seed=2), "a"), one)


def test_a_unit_is_convolution_normalisation_and_relu() -> None:
    image = keras.Input((8, 8, 2))
    factory = LayerFactory(batch_norm_momentum=0.8, batch_norm_epsilon=0.01)
    model = keras.Model(image, factory.unit(4, 3, "u")(image))
    assert [layer.name for layer in model.layers[1:]] == ["u", "u_bn", "u_relu"]
    normalisation = model.get_layer("u_bn")
    assert (normalisation.momentum, normalisation.epsilon) == (0.8, 0.01)
    assert not model.get_layer("u").use_bias
