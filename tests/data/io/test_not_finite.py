import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.data.io import read_image
from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, settings_of, write_store
from dscl_tf.errors import DataError, UsageError
from tests.data.files import ramp, save, settings
from tests.data.io.itk.files import save_itk

BACKGROUND = settings(not_finite="background")


@pytest.fixture(params=["a.nii.gz", "a.nrrd", "a.mha"])
def holed(tmp_path, request):
    """A file with five voxels that are no numbers."""
    array = ramp().astype(np.float32) + 7
    array[0, :3, 0] = np.nan
    array[1, 0, 0], array[1, 1, 0] = np.inf, -np.inf
    return (save_itk if request.param != "a.nii.gz" else save)(tmp_path / request.param, array)


def test_by_default_they_are_an_error(holed):
    with pytest.raises(DataError, match="intensities must be finite, got 5 NaN or infinite voxels"):
        read_image(holed, settings())


def test_as_background_they_are_the_lowest_finite_value_and_counted(holed):
    image = read_image(holed, BACKGROUND)
    assert image.not_finite == 5 and image.array.min() == 8
    assert (image.array[0, :3, 0] == image.array.min()).all()
    write_store([Case("a", holed, None)], BACKGROUND, holed.parent / "store")
    assert SliceStore.open(holed.parent / "store").volumes["a"].not_finite == 5


def test_a_volume_without_a_number_is_refused(tmp_path):
    path = save(tmp_path / "a.nii", np.full((4, 4, 4), np.nan, np.float32))
    with pytest.raises(DataError, match="must hold a finite intensity, got 64 without one"):
        read_image(path, BACKGROUND)


def test_the_default_is_left_out_of_what_is_written_and_another_value_is_not():
    assert "not_finite" not in settings_of(settings())
    assert settings_of(BACKGROUND)["not_finite"] == "background"
    assert Data.model_validate(settings_of(BACKGROUND)) == BACKGROUND


@pytest.mark.parametrize("turn", [1, -1])
def test_a_store_of_the_other_choice_differs(tmp_path, turn):
    first, second = (settings(), BACKGROUND)[::turn]
    write_store([Case("a", save(tmp_path / "a.nii", ramp()), None)], first, tmp_path / "store")
    store = SliceStore.open(tmp_path / "store")
    assert not store.differing_settings(first)
    (differing,) = store.differing_settings(second)
    assert differing.startswith(f"data.not_finite is {first.not_finite} in the store and")


def test_pictures_have_no_such_choice():
    with pytest.raises((UsageError, ValueError), match="not_finite: must be left out with layout"):
        settings(layout="cityscapes", intensity_range=(0, 255), not_finite="background")
