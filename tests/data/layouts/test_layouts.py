from dscl_tf.data.layouts import LAYOUTS


def test_every_layout_of_the_configuration_has_a_reader():
    from typing import get_args

    from dscl_tf.config import Data

    assert set(get_args(Data.model_fields["layout"].annotation)) == set(LAYOUTS)
