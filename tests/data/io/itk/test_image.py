import hashlib

import numpy as np
import pytest

from dscl_tf.data.io import nifti, read_image, read_mask, read_shape, sha256
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save, settings, volume
from tests.data.io.itk.files import edit, save_itk

ENDINGS = (".nrrd", ".mha", ".mhd", ".hdr", ".img", ".NRRD")


def oblique():
    turn = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1.0]])
    matrix = affine()
    matrix[:3, :3] = turn @ matrix[:3, :3]
    return matrix


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("compress", [False, True])
def test_an_image_is_that_of_its_nifti_copy(tmp_path, ending, compress):
    if compress and ending in (".hdr", ".img"):
        pytest.skip("ITK writes such a pair plain")
    path = save_itk(tmp_path / f"a{ending}", ramp(), oblique(), compress=compress)
    like = nifti.read_image(save(tmp_path / "a.nii", ramp(), oblique()))
    image = read_image(path, settings())
    assert image.array.dtype == np.float32 and np.array_equal(image.array, like.array)
    assert image.array.flags.c_contiguous
    np.testing.assert_allclose(image.affine, like.affine, atol=1e-5)
    assert image.spacing == pytest.approx(like.spacing) and image.oriented
    assert read_shape(path, settings()) == ramp().shape


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_mask_comes_to_the_axes_of_its_image(tmp_path, ending):
    labels = (ramp() % 3).astype(np.uint8)
    image = volume(ramp())
    turned = affine(codes="RAS")
    turned[:3, 3] = (affine() @ [*(np.array(labels.shape) - 1), 1])[:3]
    turned[2, 3] = affine()[2, 3]
    path = save_itk(tmp_path / f"m{ending}", labels[::-1, ::-1], turned)
    assert np.array_equal(read_mask(path, image, settings()), labels)
    with pytest.raises(DataError, match="labels must be among 0, 1, got 2"):
        read_mask(path, image, settings(classes={1: "ring"}))


def test_a_mask_of_another_grid_is_refused(tmp_path):
    path = save_itk(tmp_path / "m.nrrd", np.ones((9, 7, 3), np.uint8))
    with pytest.raises(DataError, match=r"m.nrrd: must have the shape of image.nii.gz"):
        read_mask(path, volume(ramp()), settings())
    empty = save_itk(tmp_path / "e.mha", np.zeros(ramp().shape, np.uint8))
    with pytest.raises(DataError, match=r"e.mha: a mask must label at least one voxel"):
        read_mask(empty, volume(ramp()), settings(classes=CLASSES))


@pytest.mark.parametrize(("name", "voxels"), [("a.mhd", "a.raw"), ("a.hdr", "a.img")])
def test_the_digest_is_of_header_and_voxels(tmp_path, name, voxels):
    path = save_itk(tmp_path / name, ramp())
    both = path.read_bytes() + (tmp_path / voxels).read_bytes()
    assert sha256(path) == hashlib.sha256(both).hexdigest()
    if voxels == "a.img":
        assert sha256(tmp_path / voxels) == sha256(path)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a.nrrd", "space: left-posterior-superior\n", ""),
        ("a.mha", "TransformMatrix = -1 0 0 0 -1 0 0 0 1\n", ""),
    ],
)
def test_without_a_direction_a_volume_is_taken_as_stored(tmp_path, name, old, new):
    matrix = affine(codes="RAS")
    path = save_itk(tmp_path / name, ramp(), matrix)
    if name == "a.nrrd":
        edit(path, "space directions: ", "spacings: 1.5 1.5 10\n# ")
        edit(path, "space origin: ", "# ")
    assert not read_image(edit(path, old, new), settings()).oriented


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("a.mhd", "= a.raw", "= /etc/passwd", "must be LOCAL or one file in the same folder"),
        ("a.mhd", "= a.raw", "= ../a.raw", "must be LOCAL or one file in the same folder"),
        ("a.mhd", "= a.raw", "= LIST", "must be LOCAL or one file in the same folder, got LIST"),
        ("a.mhd", "= a.raw", "= b.raw", "b.raw: must be the voxels of a MetaImage, got no such"),
        ("a.mhd", "ElementDataFile", "Element", "a.mhd: must be a MetaImage header, got no Elem"),
        ("a.mha", "DimSize = 9 7 4", "DimSize = 9 7 99999999", "must hold the .* bytes that its"),
        ("a.mha", "DimSize = 9 7 4", "DimSize = 9 7 5", "its voxels cannot be read by ITK"),
        ("a.nrrd", "sizes: 9 7 4", "sizes: 9 7 5", "its voxels cannot be read by ITK"),
        ("a.nrrd", "encoding: raw", "data file: x.raw\nencoding: raw", "must hold its voxels its"),
        ("a.nrrd", "endian:", 'space units: "um" "um" "um"\nendian:', "unit must be mm, got um"),
        ("a.nrrd", "NRRD0004", "hello", "must be a NRRD file, got one that ITK cannot read"),
        ("a.mha", "ElementSpacing = 1.5", "ElementSpacing = 1e9", "voxel sizes must lie between"),
    ],
)
def test_a_header_that_breaks_a_rule_is_one_line(tmp_path, name, old, new, message):
    path = edit(save_itk(tmp_path / name, ramp()), old, new)
    with pytest.raises(DataError, match=f"^{tmp_path}/.*{message}") as raised:
        read_image(path, settings())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["a.nrrd", "a.mha", "a.hdr"])
@pytest.mark.parametrize("compress", [False, True])
def test_a_file_cut_short_is_an_error(tmp_path, name, compress):
    save_itk(tmp_path / name, ramp(), compress=compress)
    cut = tmp_path / name.replace(".hdr", ".img")
    cut.write_bytes(cut.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"cannot be read by ITK|must hold the 504 bytes"):
        read_image(tmp_path / name, settings())


def test_what_is_no_3d_volume_of_numbers_is_refused(tmp_path):
    import SimpleITK as sitk  # noqa: N813

    sitk.WriteImage(sitk.Image((4, 4), sitk.sitkInt16), str(tmp_path / "flat.mha"))
    sitk.WriteImage(sitk.Image((4, 4, 4), sitk.sitkVectorUInt8, 3), str(tmp_path / "rgb.nrrd"))
    sitk.WriteImage(sitk.Image((4, 4, 4, 2), sitk.sitkInt16), str(tmp_path / "four.mha"))
    for name, rule in (("flat.mha", "3-D"), ("rgb.nrrd", "single real"), ("four.mha", "3-D")):
        with pytest.raises(DataError, match=f"{name}: .*must be {rule}"):
            read_image(tmp_path / name, settings())


def test_a_missing_half_is_named(tmp_path):
    save_itk(tmp_path / "a.hdr", ramp())
    (tmp_path / "a.img").unlink()
    with pytest.raises(DataError, match=r"a.img: must be the voxels of .*, got no such file$"):
        read_image(tmp_path / "a.hdr", settings())
    with pytest.raises(DataError, match=r"b.nrrd: must be a NRRD file, got no such file$"):
        sha256(tmp_path / "b.nrrd")
