import keras

from dscl_tf.models import restorer, rotation_classifier, unet, weights_of
from tests.models.tiny import FILTERS, SHAPE


def test_each_network_has_its_output_shape() -> None:
    assert rotation_classifier(SHAPE, FILTERS).output_shape == (None, 4)
    assert restorer((32, 32, 3), FILTERS).output_shape == (None, 32, 32, 3)


def test_they_hold_the_encoder_and_the_encoder_and_full_decoder() -> None:
    def parts(network: keras.Model, *own: str) -> set[str]:
        return {path for path in weights_of(network) if not path.startswith(own)}

    whole = parts(unet(SHAPE, 4, FILTERS), "segmentation_")
    assert parts(restorer(SHAPE, FILTERS), "restoration_output") == whole
    encoder = {path for path in whole if path.startswith("encoder_")}
    assert parts(rotation_classifier(SHAPE, FILTERS), "rotation_logits") == encoder
