"""Where nibabel and SimpleITK find the voxels: alike, or the file is refused."""

import threading

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from nibabel import imageglobals
from scipy.spatial.transform import Rotation

from dscl_tf.data.io.nifti import read_image, read_mask, write_mask
from dscl_tf.data.io.nifti.header import quiet
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp
from tests.data.io.nifti.arrays import labels

LPS = np.diag([-1.0, -1.0, 1.0])  # ITK's world, from nibabel's


def turned(degrees, codes="LPS", about=(0.2, 0.5, 0.8)):
    matrix = affine((1.5, 2.0, 8.0), codes)
    axis = np.array(about) / np.linalg.norm(about)
    turn = Rotation.from_rotvec(degrees * axis, degrees=True).as_matrix()
    matrix[:3, :3] = turn @ matrix[:3, :3]
    return matrix


def write(path, qform=None, sform=None, codes=(1, 1), spacing=(1.5, 2.0, 8.0), array=None):
    file = nib.Nifti1Image(ramp() if array is None else array, None)
    file.header.set_zooms(spacing)
    file.header.set_qform(qform, codes[0] if qform is not None else 0)
    file.header.set_sform(sform, codes[1] if sform is not None else 0)
    nib.save(nib.Nifti1Image(file.dataobj, None, file.header), path)
    return path


FORMS = {
    "qform alone": (turned(35), None),
    "sform alone": (None, turned(35, "RAS")),
    "both": (turned(80, "PIR"), turned(80, "PIR")),
    "scanner and template": (turned(35), turned(45)),
    "neither": (None, None),
}


@pytest.mark.parametrize(("qform", "sform"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_written_mask_lies_over_its_image_for_itk(tmp_path, ending, qform, sform):
    path = write(tmp_path / f"a{ending}", qform, sform)
    image = read_image(path)
    assert image.oriented == (qform is not None or sform is not None)
    write_mask(tmp_path / f"m{ending}", labels(), image)
    seen, mask = sitk.ReadImage(path), sitk.ReadImage(tmp_path / f"m{ending}")
    assert mask.GetSize() == seen.GetSize() == ramp().shape
    assert mask.GetSpacing() == seen.GetSpacing()
    assert mask.GetOrigin() == seen.GetOrigin()
    assert mask.GetDirection() == seen.GetDirection()
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask).T, labels())


@pytest.mark.parametrize("form", ["qform alone", "sform alone", "both"])
def test_labels_lie_at_the_same_mm_for_itk(tmp_path, form):
    image = read_image(write(tmp_path / "a.nii.gz", *FORMS[form]))
    write_mask(tmp_path / "m.nii.gz", labels(), image)
    mask = sitk.ReadImage(tmp_path / "m.nii.gz")
    for index in np.argwhere(labels())[::7]:
        there = LPS @ mask.TransformIndexToPhysicalPoint(index.tolist())
        np.testing.assert_allclose((image.affine @ [*index, 1])[:3], there, atol=1e-4)


@pytest.mark.parametrize("degrees", [50, 90, 180])
def test_forms_that_point_elsewhere_are_refused(tmp_path, degrees):
    path = write(tmp_path / "a.nii", turned(0), turned(degrees, about=(0, 0, 1)))
    with pytest.raises(DataError, match=rf"same way within 45 degrees, got {degrees} degrees betw"):
        read_image(path)


def test_a_mirrored_form_is_refused(tmp_path):
    path = write(tmp_path / "a.nii", affine((1.5, 2, 8), "LPS"), affine((1.5, 2, 8), "RPS"))
    with pytest.raises(DataError, match=r"a.nii: qform and sform .* got 180 degrees"):
        read_image(path)


def test_voxel_sizes_that_readers_would_take_otherwise_are_refused(tmp_path):
    path = write(tmp_path / "a.nii", None, affine((1.5, 2, 8)), spacing=(1, 1, 1))
    with pytest.raises(DataError, match=r"got 1 x 1 x 1 mm and 1.5 x 2 x 8 mm$"):
        read_image(path)


def test_a_qform_that_is_no_turn_is_named(tmp_path):
    path = write(tmp_path / "a.nii", turned(35), turned(35))
    content = bytearray(path.read_bytes())
    header = np.frombuffer(content, nib.nifti1.header_dtype, count=1)
    header["quatern_b"] = header["quatern_c"] = 1.0
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a.nii: the qform must be readable, got w2 should be"):
        read_image(path)


def with_handedness(path, number):
    content = bytearray(path.read_bytes())
    np.frombuffer(content, nib.nifti1.header_dtype, count=1)["pixdim"][0, 0] = number
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("form", ["qform alone", "both"])
@pytest.mark.parametrize("number", [0, 1.0000001, 7])
def test_a_qform_without_handedness_is_right_handed_as_for_itk(tmp_path, form, number):
    expected = read_image(write(tmp_path / "a.nii", *FORMS[form])).affine
    path = with_handedness(write(tmp_path / "b.nii", *FORMS[form]), number)
    np.testing.assert_allclose(read_image(path).affine, expected)
    there = LPS @ sitk.ReadImage(path).TransformIndexToPhysicalPoint([1, 2, 3])
    np.testing.assert_allclose((expected @ [1, 2, 3, 1])[:3], there, atol=1e-4)


def test_a_handedness_that_readers_would_take_otherwise_is_refused(tmp_path):
    path = with_handedness(write(tmp_path / "a.nii", turned(35)), -2)  # left for ITK alone
    with pytest.raises(DataError, match=r"a.nii: qform and sform .* got 180 degrees"):
        read_image(path)


def test_a_mask_may_be_empty_only_where_said(tmp_path):
    image = read_image(write(tmp_path / "a.nii", turned(0)))
    path = write(tmp_path / "m.nii", turned(0), array=0 * labels())
    with pytest.raises(DataError, match=r"m.nii: a mask must label at least one voxel"):
        read_mask(path, image, CLASSES)
    assert not read_mask(path, image, CLASSES, may_be_empty=True).any()


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("endianness", ["<", ">"])
def test_either_byte_order_is_read_and_kept(tmp_path, kind, endianness):
    header = kind.header_class(endianness=endianness)
    nib.save(kind(ramp(), affine(), header), tmp_path / "a.nii.gz")
    image = read_image(tmp_path / "a.nii.gz")
    np.testing.assert_array_equal(image.array, ramp())
    write_mask(tmp_path / "m.nii.gz", labels(), image)
    np.testing.assert_array_equal(read_mask(tmp_path / "m.nii.gz", image, CLASSES), labels())
    assert nib.load(tmp_path / "m.nii.gz").header.endianness == endianness


def test_nibabel_speaks_again_when_the_last_thread_that_silenced_it_is_done() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with quiet():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with quiet():
        thread.start()
        assert inside.wait(10) and imageglobals.logger.disabled
    assert imageglobals.logger.disabled
    leave.set()
    thread.join()
    assert not imageglobals.logger.disabled
