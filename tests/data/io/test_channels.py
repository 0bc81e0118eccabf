import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.data.io import read_image, read_mask, read_shape, write_mask
from dscl_tf.errors import DataError
from tests.data.sequences import AFFINE, SHAPE, patient, save

DATA = Data(
    layout="msd", classes={1: "organ"}, spacing=(1, 1), grid=(32, 32), channels=["T2", "ADC"]
)


@pytest.fixture
def files(tmp_path):
    t2, adc, _ = patient(0)
    return [save(tmp_path / "t2/a.nii.gz", t2), save(tmp_path / "adc/a.nii.gz", adc)]


def test_files_become_channels_in_order(files):
    image = read_image(files[0], DATA, files[1:])
    for channel, array in enumerate(patient(0)[:2]):
        np.testing.assert_array_equal(image.array[..., channel], array)
    assert image.path == files[0] and read_shape(files[0], DATA, files[1:]) == SHAPE


def test_a_4d_file_and_files_per_channel_are_alike(files, tmp_path):
    both = save(tmp_path / "both.nii.gz", np.stack(patient(0)[:2], axis=-1))
    image = read_image(both, DATA)
    np.testing.assert_array_equal(image.array, read_image(files[0], DATA, files[1:]).array)
    turned = DATA.model_copy(update={"channels": DATA.channels[::-1]})
    np.testing.assert_array_equal(read_image(both, turned).array, image.array[..., ::-1])
    assert read_shape(both, DATA) == SHAPE


def test_a_channel_may_store_its_axes_in_another_order(files):
    expected = read_image(files[0], DATA, files[1:]).array
    adc = patient(0)[1][::-1].transpose(1, 0, 2)
    affine = AFFINE @ [[0, -1, 0, SHAPE[0] - 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    save(files[1], adc, affine)
    np.testing.assert_array_equal(read_image(files[0], DATA, files[1:]).array, expected)


@pytest.mark.parametrize(("shift", "fits"), [(0.05, True), (0.2, False)])
def test_channels_lie_on_one_grid(files, shift, fits):
    affine = AFFINE.copy()
    affine[0, 3] = shift
    save(files[1], patient(0)[1], affine)
    for read in (read_image, read_shape):
        if fits:
            read(files[0], DATA, files[1:])
            continue
        with pytest.raises(DataError, match=r"shift of 0.2; .* one grid: resample") as caught:
            read(files[0], DATA, files[1:])
        assert all(str(file) in str(caught.value) for file in files)


def test_channels_have_one_shape(files):
    save(files[1], patient(0)[1][..., :-1])
    with pytest.raises(DataError, match=r"adc/a.nii.gz: must have the shape .* resample"):
        read_shape(files[0], DATA, files[1:])


@pytest.mark.parametrize("read", [read_image, read_shape])
def test_one_3d_file_is_no_patient(files, read):
    with pytest.raises(DataError, match=r"channels T2 \(0\), ADC \(1\) .* a file of 1 channel$"):
        read(files[0], DATA)


def test_masks_have_the_shape_of_a_channel(files, tmp_path):
    image, mask = read_image(files[0], DATA, files[1:]), patient(0)[2]
    write_mask(tmp_path / "mask.nii.gz", mask, image)
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.nii.gz", image, DATA), mask)


def test_holes_of_all_channels_count(files):
    for file, array, holes in zip(files, patient(0)[:2], (3, 2), strict=True):
        array.flat[:holes] = np.nan
        save(file, array)
    data = DATA.model_copy(update={"not_finite": "background"})
    assert read_image(files[0], data, files[1:]).not_finite == 5
