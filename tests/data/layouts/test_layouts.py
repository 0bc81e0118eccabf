import pytest

from dscl_tf.data.layouts import LAYOUTS, find_cases
from dscl_tf.errors import UsageError


def test_an_unknown_layout_is_an_error_that_lists_the_known(tmp_path):
    known = "acdc, cityscapes, msd, phantom"
    with pytest.raises(UsageError, match=rf"layout: must be one of {known}, got 'dicom'$"):
        find_cases("dicom", tmp_path)


def test_every_layout_of_the_configuration_has_a_reader():
    from typing import get_args

    from dscl_tf.config import Data

    assert set(get_args(Data.model_fields["layout"].annotation)) == set(LAYOUTS)
