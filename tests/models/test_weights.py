import keras
import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.models import transfer_weights, weights_of


def network(*names: str, units: int = 2) -> keras.Model:
    x = inputs = keras.Input((2,))
    for name in names:
        x = keras.layers.Dense(units, use_bias=False, name=name)(x)
    return keras.Model(inputs, x)


def test_named_parts_start_anew_and_the_rest_is_loaded() -> None:
    source, target = network("encoder_a", "g1_b"), network("encoder_a", "decoder_c")
    before = weights_of(target)
    transfer_weights(target, weights_of(source), source="run", new=["decoder_"], dropped=["g1_"])
    after = weights_of(target)
    assert np.array_equal(after["encoder_a/kernel"], weights_of(source)["encoder_a/kernel"])
    assert np.array_equal(after["decoder_c/kernel"], before["decoder_c/kernel"])


def test_every_mismatch_is_listed_both_ways_and_nothing_changes() -> None:
    target = network("a", "b", units=3)
    before = weights_of(target)
    with pytest.raises(DataError) as error:
        transfer_weights(
            target, {"a/kernel": np.zeros((9, 9)), "c/kernel": np.ones(1)}, source="run"
        )
    message = str(error.value)
    assert "missing b/kernel" in message
    assert "left over c/kernel" in message
    assert "a/kernel has shape (9, 9), the model needs (2, 3)" in message
    assert all(np.array_equal(before[path], array) for path, array in weights_of(target).items())
