import hashlib

import numpy as np
import pytest

from dscl_tf.data.io.files import (
    mask_ending,
    read_image,
    read_mask,
    read_shape,
    read_written_mask,
    sha256,
    write_mask,
)
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import write_store
from dscl_tf.errors import DataError
from tests.data import pictures
from tests.data.files import ramp, save, settings
from tests.data.io.dicom.files import save_slices, slices_of


@pytest.fixture
def scan(tmp_path):
    """A folder whose slices are named from last to first."""
    return save_slices(tmp_path / "scan", slices_of(ramp()), ["d.dcm", "c.dcm", "b.dcm", "a.dcm"])


def test_a_path_is_read_as_what_it_is(tmp_path, scan):
    file = save(tmp_path / "a.nii.gz", ramp())
    for path in (file, scan, scan / "a.dcm"):
        np.testing.assert_array_equal(read_image(path, settings()).array, ramp())
        assert read_shape(path, settings()) == ramp().shape
    with pytest.raises(DataError, match=r"absent: must be a NIfTI file, got no such file$"):
        read_image(tmp_path / "absent", settings())


def test_the_sum_of_a_series_is_over_its_slices_in_order(tmp_path, scan):
    content = b"".join((scan / name).read_bytes() for name in ("d.dcm", "c.dcm", "b.dcm", "a.dcm"))
    assert sha256(scan / "c.dcm") == sha256(scan) == hashlib.sha256(content).hexdigest()
    (scan / "notes.txt").write_text("no slice")
    (scan / "d.dcm").rename(scan / "0.dcm")
    assert sha256(scan) == hashlib.sha256(content).hexdigest()
    file = save(tmp_path / "a.nii", ramp())
    assert sha256(file) == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_store_of_a_series_holds_what_its_nifti_copy_gives(tmp_path, scan):
    volume = read_image(scan, settings())
    copy = save(tmp_path / "a.nii.gz", ramp(), volume.affine)
    mask = save(tmp_path / "m.nii.gz", (ramp() % 3).astype(np.uint8), volume.affine)
    cases = [Case("series", scan / "a.dcm", mask), Case("file", copy, mask)]
    write_store(cases, settings(), tmp_path / "store")
    store = SliceStore.open(tmp_path / "store")
    series, file = (store.volumes[id] for id in ("series", "file"))
    np.testing.assert_allclose(store.images[series.slices], store.images[file.slices], atol=1e-6)
    np.testing.assert_array_equal(store.masks[series.slices], store.masks[file.slices])
    assert series.source == str(scan / "a.dcm") and series.sha256 == sha256(scan)
    np.testing.assert_array_equal(read_mask(mask, volume, settings()), ramp() % 3)


def test_with_a_layout_of_pictures_a_path_is_a_picture(tmp_path):
    drawn, ids = pictures.draw_street(0)
    path = pictures.save(tmp_path / "p.png", drawn)
    labels = {pictures.ROAD: 1, pictures.SKY: 2}
    data = settings(layout="cityscapes", labels=labels, unlisted_labels="background")
    image = read_image(path, data)
    np.testing.assert_array_equal(image.array[:, :, 0], drawn)
    assert read_shape(path, data) == (64, 96, 1)
    mask = read_mask(pictures.save(tmp_path / "ids.png", ids), image, data)[..., 0]
    for value in np.unique(ids):
        assert set(mask[ids == value]) == {labels.get(value, 0)}
    with pytest.raises(DataError, match=r"p.png: cannot be read as NIfTI"):
        read_image(path, settings())


@pytest.mark.parametrize("layout", ["acdc", "cityscapes"])
def test_a_written_mask_is_read_back_by_its_class_numbers_also_where_it_is_empty(tmp_path, layout):
    data = settings(layout=layout, labels={7: 1, 9: 2})
    if data.pictures:
        image = read_image(pictures.save(tmp_path / "p.png", pictures.draw_street(0)[0]), data)
    else:
        image = read_image(save(tmp_path / "v.nii.gz", ramp()), data)
    path = tmp_path / f"m{mask_ending(data)}"
    for value in (0, 2):
        mask = np.full(image.array.shape[:3], value, np.uint8)
        write_mask(path, mask, image)
        np.testing.assert_array_equal(read_written_mask(path, image, data.classes), mask)
    assert path.name == ("m.png" if data.pictures else "m.nii.gz")
