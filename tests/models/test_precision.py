import keras
import pytest

from dscl_tf.models.precision import precision


def test_layers_made_inside_have_the_policy_and_others_the_former_one() -> None:
    with pytest.raises(ZeroDivisionError), precision("mixed_bfloat16"):
        assert keras.layers.Dense(1).compute_dtype == "bfloat16"
        raise ZeroDivisionError
    assert keras.layers.Dense(1).compute_dtype == "float32"
