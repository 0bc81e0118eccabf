import logging
import time

import numpy as np
import pytest
from scipy import ndimage

from dscl_tf.data.io.nifti import read_image, read_mask
from dscl_tf.data.layouts.acdc import find_acdc_cases
from dscl_tf.data.phantom import write_phantom
from tests.logs import heard

CLASSES = {1: "right ventricle", 2: "myocardium", 3: "left ventricle"}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phantom") / "data"
    write_phantom(folder, 12)
    return folder


@pytest.fixture(scope="module")
def patients(written):
    volumes = []
    for case in find_acdc_cases(written):
        image = read_image(case.image)
        volumes.append((image, read_mask(case.mask, image, CLASSES)))
    return volumes


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_patient_is_a_function_of_seed_and_number_byte_for_byte(written, tmp_path, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1000)  # gzip would note the time
    write_phantom(tmp_path / "fewer", 3)
    again = contents(tmp_path / "fewer")
    assert len(again) == 9
    assert again == {name: data for name, data in contents(written).items() if name in again}
    write_phantom(tmp_path / "other", 3, seed=1)
    images = [data for name, data in again.items() if name.endswith(".gz")]
    assert not set(contents(tmp_path / "other").values()) & set(images)


def test_end_diastole_is_not_always_the_first_frame(written):
    frames = {case.image.name[-9:-7] for case in find_acdc_cases(written)}
    assert len(frames) > 1
    assert [case.id for case in find_acdc_cases(written)][:2] == ["001", "002"]


def test_volumes_look_like_short_axis_stacks(patients):
    for image, mask in patients:
        assert all(96 <= side <= 144 for side in image.array.shape[:2])
        assert 8 <= image.array.shape[2] <= 14
        assert all(1.2 <= mm <= 1.8 for mm in image.spacing[:2]) and 8 <= image.spacing[2] <= 10
        litres = [np.sum(mask == label) * np.prod(image.spacing) / 1e6 for label in CLASSES]
        assert all(0.02 < volume < 0.4 for volume in litres)
        assert image.header.get_data_dtype() == np.int16


def test_the_heart_shrinks_towards_the_apex(patients):
    for _, mask in patients:
        heart = np.flatnonzero(mask.any((0, 1)))
        areas = [np.sum(mask == label, (0, 1)) for label in CLASSES]
        assert (np.diff(heart) == 1).all()
        assert areas[2][heart[0]] > 1.2 * areas[2][heart[-1]]
        assert areas[0][heart[-1]] == 0  # the right ventricle ends before the apex


def test_myocardium_encloses_the_left_ventricle_everywhere(patients):
    for _, mask in patients:
        for index in range(mask.shape[2]):
            around = ndimage.binary_dilation(mask[..., index] == 3) & (mask[..., index] != 3)
            assert (mask[..., index][around] == 2).all()


def test_anatomy_and_contrast_vary(patients):
    ratios, centres, brightest = [], [], []
    for image, mask in patients:
        blood, muscle = (np.median(image.array[mask == label]) for label in (3, 2))
        assert blood > 1.3 * muscle
        ratios.append(blood / muscle)
        centre = ndimage.center_of_mass(mask == 3)
        half = (np.array(mask.shape) - 1) / 2
        centres.append((centre - half)[:2] * image.spacing[:2])
        brightest.append(image.array.max())
    assert max(ratios) > 1.4 * min(ratios)
    assert np.std(centres, axis=0).min() > 3
    assert max(brightest) > 2 * min(brightest)


def test_brightness_alone_does_not_segment(patients):
    for image, mask in patients:
        blood = image.array > np.percentile(image.array[mask == 3], 10)
        assert 2 * np.sum(blood & (mask == 3)) / (np.sum(blood) + np.sum(mask == 3)) < 0.8


def test_patients_that_are_there_are_kept_and_others_added(tmp_path, written):
    assert write_phantom(written, 1) == 0
    assert len(find_acdc_cases(written)) == 12
    write_phantom(tmp_path / "grown", 1)
    (tmp_path / "grown/training/patient001/Info.cfg").write_text("mine")
    assert write_phantom(tmp_path / "grown", 2) == 1
    assert (tmp_path / "grown/training/patient001/Info.cfg").read_text() == "mine"
    second = "training/patient002/Info.cfg"
    assert (tmp_path / "grown" / second).read_bytes() == (written / second).read_bytes()


def test_progress_is_a_line_per_patient(tmp_path):
    lines = []
    with heard(lines.append, logging.DEBUG):
        write_phantom(tmp_path / "data", 2)
    assert lines == ["001: written (1/2)", "002: written (2/2)"]
