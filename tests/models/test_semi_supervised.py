import keras
import numpy as np
import pytest

from dscl_tf.models import SemiSupervisedSegmentation, segmentation_discriminator, unet, weights_of
from tests.models.tiny import FILTERS, SHAPE

tf = pytest.importorskip("tensorflow")
if keras.backend.backend() != "tensorflow":
    pytest.skip("gradients are taken with a tape", allow_module_level=True)


@pytest.fixture
def model() -> SemiSupervisedSegmentation:
    discriminator = segmentation_discriminator(SHAPE, 4, filters=(4,))
    return SemiSupervisedSegmentation(unet(SHAPE, 4, FILTERS), None, discriminator)


def parts(*names: str) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    return {name: {"image": rng.normal(size=(3, 32, 32, 1)).astype("float32")} for name in names}


@pytest.mark.parametrize(
    ("output", "reached", "spared"),
    [
        ("labelled", "model", "discriminator"),
        ("adversarial", "model", "discriminator"),
        ("discriminator", "discriminator", "model"),
    ],
)
def test_each_loss_trains_one_network(
    model: SemiSupervisedSegmentation, output: str, reached: str, spared: str
) -> None:
    with tf.GradientTape(persistent=True) as tape:
        value = tf.reduce_sum(model(parts("labelled", "unlabelled"), training=True)[output] ** 2)

    def gradients(name: str) -> list:
        variables = [each.value for each in model.networks[name].trainable_variables]
        return [each for each in tape.gradient(value, variables) if each is not None]

    assert any(np.abs(each).max() > 0 for each in gradients(reached))
    assert not gradients(spared)


def test_the_unlabelled_pass_leaves_the_moving_statistics(
    model: SemiSupervisedSegmentation,
) -> None:
    inputs = parts("labelled", "unlabelled")
    start = weights_of(model.network)
    alone = model.network(inputs["labelled"]["image"], training=True)
    moved = weights_of(model.network)
    for variable in model.network.variables:
        variable.assign(start[variable.path])
    together = model(inputs, training=True)["labelled"]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert any(not np.array_equal(moved[path], start[path]) for path in start)
    for path, array in weights_of(model.network).items():
        np.testing.assert_allclose(array, moved[path], atol=1e-6)


def test_labelled_and_pseudo_labelled_images_are_told_apart(
    model: SemiSupervisedSegmentation,
) -> None:
    plain = SemiSupervisedSegmentation(model.network)
    inputs = parts("labelled", "pseudo")
    outputs = plain(inputs)
    assert list(outputs) == ["labelled", "pseudo"]
    for name, logits in outputs.items():
        np.testing.assert_allclose(logits, model.network(inputs[name]["image"]), atol=1e-5)
