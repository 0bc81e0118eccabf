import keras
import pytest

from dscl_tf.errors import UsageError
from dscl_tf.models.blocks import FILTERS, LayerFactory, decode, decoder_map_size, encode


def decoded(blocks: int) -> keras.Model:
    image = keras.Input((192, 192, 1))
    factory = LayerFactory()
    return keras.Model(image, decode(encode(image, FILTERS, factory), FILTERS, blocks, factory))


@pytest.mark.parametrize(
    ("blocks", "channels", "side"),
    [(1, 128, 12), (2, 128, 24), (3, 64, 48), (4, 32, 96), (5, 16, 192)],
)
def test_every_partial_decoder_ends_at_its_size(blocks: int, channels: int, side: int) -> None:
    network = decoded(blocks)
    assert network.output_shape == (None, side, side, channels)
    names = {layer.name.split("_")[1] for layer in network.layers if "decoder" in layer.name}
    assert names == {f"block{number}" for number in range(1, blocks + 1)}
    assert decoder_map_size((192, 192, 1), FILTERS, blocks) == (side, side)


@pytest.mark.parametrize("blocks", [0, 6])
def test_there_is_a_block_for_each_pooling(blocks: int) -> None:
    with pytest.raises(UsageError, match=f"`decoder_blocks`: must be from 1 to 5, got {blocks}"):
        decoded(blocks)
