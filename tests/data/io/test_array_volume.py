import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.data.io.array_volume import volume_of_array
from dscl_tf.errors import DataError, UsageError

DATA = Data(classes={1: "heart"}, spacing=(2, 2), grid=(32, 32))
PICTURES = DATA.model_copy(update={"layout": "cityscapes"})
RAMP = np.arange(24).reshape(2, 3, 4)


def test_with_a_spacing_the_axes_are_taken_as_they_are() -> None:
    volume = volume_of_array(RAMP, DATA, [1.5, 2, 8])
    assert (volume.array.shape, volume.spacing, volume.oriented) == ((2, 3, 4), (1.5, 2, 8), False)
    assert np.array_equal(volume.array, RAMP)


def test_an_affine_holds_the_spacing_and_the_directions() -> None:
    volume = volume_of_array(RAMP, DATA, affine=np.diag([-1.5, -2, 8, 1]))
    assert volume.spacing == (1.5, 2, 8) and volume.oriented


def test_a_picture_gets_the_axis_of_its_one_slice() -> None:
    picture = np.arange(24).reshape(2, 4, 3)
    assert volume_of_array(picture, PICTURES).array.shape == (2, 4, 1, 3)


@pytest.mark.parametrize(
    ("array", "places", "message"),
    [
        (RAMP, {}, "`spacing`: must be given, or else `affine`, got neither"),
        (RAMP, {"spacing": (1, 1, 1), "affine": np.eye(4)}, "`spacing`: must be .* got both"),
        (RAMP, {"spacing": (1, 1)}, r"`spacing`: must be three sizes above 0 in mm, got \(1, 1\)"),
        (RAMP, {"spacing": (1, 1, -8)}, "`spacing`: must be three sizes above 0"),
        (RAMP, {"spacing": (1, 1, np.nan)}, "`spacing`: must be three sizes above 0"),
        (RAMP, {"spacing": "abc"}, "`spacing`: must be three sizes above 0 in mm, got 'abc'"),
        (RAMP, {"spacing": [1, [2, 3]]}, "`spacing`: must be three sizes above 0"),
        (RAMP, {"affine": "abc"}, "`affine`: must hold real numbers, got 'abc'"),
        (RAMP, {"affine": np.eye(3)}, r"`affine`: must have shape \(4, 4\), got \(3, 3\)"),
    ],
)
def test_wrong_arguments_are_named(array: np.ndarray, places: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        volume_of_array(array, DATA, **places)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (RAMP[0], r"`array`: must have the axes \(X, Y, Z\), got shape \(3, 4\)"),
        (RAMP[:0], r"`array`: must have the axes \(X, Y, Z\), got shape \(0, 3, 4\)"),
        (RAMP.astype(str), "`array`: must hold real numbers, got <U"),
        (np.ma.masked_less(RAMP, 3), "`array`: must have no masked voxels, got 3; "),
        (RAMP * np.nan, "`array`: intensities must be finite, got 24 NaN"),
        (RAMP * 0, "`array`: intensities must vary, got 0 in every voxel"),
    ],
)
def test_arrays_that_break_a_rule_are_refused(array: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        volume_of_array(array, DATA, (1, 1, 1))


def test_a_sheared_affine_is_refused() -> None:
    affine = np.eye(4)
    affine[0, 1] = 0.5
    with pytest.raises(DataError, match="`affine`: the voxel axes must be at right angles"):
        volume_of_array(RAMP, DATA, affine=affine)


def test_a_picture_has_no_spacing() -> None:
    with pytest.raises(UsageError, match="`spacing`: must be left out for pictures"):
        volume_of_array(np.arange(24).reshape(2, 4, 3), PICTURES, (1, 1, 1))
