import keras
import numpy as np
import pytest

from dscl_tf.errors import UsageError
from dscl_tf.models import freeze_encoder, region_encoder, weights_of
from tests.models.tiny import CORNERS, FILTERS, SHAPE


@pytest.mark.parametrize(("statistics", "moves"), [("batch", True), ("moving", False)])
def test_a_frozen_encoder_keeps_its_weights(statistics: str, moves: bool) -> None:
    network = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1)
    freeze_encoder(network, statistics)
    assert not any(v.path.startswith("encoder") for v in network.trainable_variables)
    assert any(v.path.startswith("decoder") for v in network.trainable_variables)
    images = np.random.default_rng(0).normal(3, 2, (4, 32, 32, 1)).astype("float32")
    before = weights_of(network)
    keras.ops.convert_to_numpy(network(images, training=True))
    path = "encoder_block1_conv1_bn/moving_mean"
    assert np.array_equal(weights_of(network)[path], before[path]) is not moves


def test_other_statistics_are_refused() -> None:
    network = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1)
    with pytest.raises(UsageError, match="`statistics`: must be batch or moving, got none"):
        freeze_encoder(network, "none")
