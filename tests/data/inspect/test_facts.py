import dataclasses

import numpy as np
import pytest

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.inspect.facts import slice_axis, volume_facts
from tests.data.files import affine, ramp, settings, volume


def test_facts_say_what_a_volume_is(made):
    turned = volume_facts(made, made.volumes["a"])
    assert (turned.slices, turned.first_slice, turned.shape) == (5, 4, (9, 7, 5))
    assert turned.spacing == pytest.approx((1.5, 1.5, 10))
    assert (turned.plane_spacing, turned.slice_spacing) == (pytest.approx((1.5, 1.5)), 10)
    assert (turned.orientation, turned.slice_axis, turned.oriented) == ("ARI", "axial", True)
    assert turned.intensity_range == made.volumes["a"].intensity_range
    pixels = np.sum(made.masks[4:9] == 2)
    assert turned.grid_ml["pool"] == pytest.approx(pixels * 2 * 2 * 10 / 1000)
    voxels = np.sum(np.arange(9 * 7 * 5) % 3 == 2)
    assert turned.volumes_ml["pool"] == pytest.approx(voxels * 1.5 * 1.5 * 10 / 1000)
    assert set(turned.volumes_ml) == {"ring", "pool"}
    unlabelled = volume_facts(made, made.volumes["c"])
    assert not unlabelled.labelled and unlabelled.volumes_ml == {}


@pytest.mark.parametrize("axis", ["sagittal", "coronal", "axial"])
@pytest.mark.parametrize("codes", ["LPS", "RAS", "PIR"])
def test_the_slice_axis_is_that_of_the_configuration_whatever_the_file(made, axis, codes):
    image = volume(ramp(), affine((1, 1, 1), codes))
    geometry = Geometry.of(image, settings(slice_axis=axis))
    assert slice_axis(dataclasses.replace(made.volumes["b"], geometry=geometry)) == axis


def test_a_volume_without_directions_says_so(made):
    entry = dataclasses.replace(made.volumes["a"], oriented=False)
    told = volume_facts(made, entry)
    assert (told.oriented, told.orientation, told.slice_axis) == (False, "unknown", "unknown")
