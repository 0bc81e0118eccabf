import dataclasses

import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.data.grid import Geometry
from dscl_tf.data.inspect.direction import slice_direction
from tests.data.files import affine, volume


def entry(made, codes, axis, oriented=True):
    data = Data(classes={1: "a"}, spacing=(1, 1), grid=(32, 32), slice_axis=axis)
    geometry = Geometry.of(volume(np.zeros((4, 5, 6)), affine((1, 1, 1), codes)), data)
    return dataclasses.replace(made.volumes["b"], geometry=geometry, oriented=oriented)


@pytest.mark.parametrize("codes", ["RAS", "LPS", "PIR"])
@pytest.mark.parametrize(
    ("axis", "way"),
    [
        ("axial", "from the feet to the head"),
        ("coronal", "from the front to the back"),
        ("sagittal", "from the left to the right"),
    ],
)
def test_the_direction_is_the_bodys_whatever_the_files_axes(made, codes, axis, way):
    assert slice_direction([entry(made, codes, axis)] * 2) == way


def test_a_direction_that_is_not_known_or_not_shared_is_not_told(made):
    axial = entry(made, "RAS", "axial")
    assert slice_direction([axial, entry(made, "RAS", "coronal")]) == ""
    assert slice_direction([axial, entry(made, "RAS", "axial", oriented=False)]) == ""
