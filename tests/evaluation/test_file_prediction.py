import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config.files import replace
from dscl_tf.data.io.files import read_image
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.file_prediction import predict_file, predict_files
from dscl_tf.evaluation.split import evaluate
from dscl_tf.evaluation.views import Views
from dscl_tf.runs.load import load_network
from dscl_tf.runs.run import Run
from tests.data.files import affine, ramp, save, settings
from tests.data.io.dicom.files import oblique, save_series
from tests.data.io.itk.files import save_itk


@pytest.fixture(scope="module")
def run(trained: Path) -> Run:
    return Run.open(trained / "finetune")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A volume with axes of its own."""
    array = np.random.default_rng(0).normal(100, 20, (11, 13, 3)).astype("float32")
    path = tmp_path_factory.mktemp("input") / "heart.nii.gz"
    return save(path, array, affine((2.0, 3.0, 8.0), "ARS"))


def test_a_mask_has_its_inputs_name_shape_and_affine(
    run: Run, image: Path, tmp_path: Path, lines
) -> None:
    plain = save(tmp_path / "other.nii", np.asarray(nib.load(image).dataobj), affine())
    masks = predict_files([run], [image, plain], tmp_path / "out")
    assert masks == [tmp_path / "out" / "heart.nii.gz", tmp_path / "out" / "other.nii"]
    for path, source in zip(masks, (image, plain), strict=True):
        mask, like = nib.load(path), nib.load(source)
        assert mask.shape == like.shape
        assert np.array_equal(mask.affine, like.affine)
        assert mask.get_data_dtype() == np.uint8
        assert set(np.unique(mask.dataobj)) <= {0, 1, 2, 3}
    *done, speed = [line for line in lines if ": unlike the training volumes: " not in line]
    assert done == [f"{image}: done (1/2)", f"{plain}: done (2/2)"]
    assert speed.startswith("2 volumes in ")


def test_a_series_gets_the_mask_that_its_nifti_copy_gets(run: Run, tmp_path: Path) -> None:
    array = np.random.default_rng(1).integers(0, 900, (11, 13, 3))
    scan = save_series(tmp_path / "scan", array, directions=oblique())
    copy = save(
        tmp_path / "copy.nii.gz", array.astype(np.float32), read_image(scan, settings()).affine
    )
    masks = predict_files([run], [scan, copy], tmp_path / "out")
    assert masks[0] == tmp_path / "out" / "scan.nii.gz"
    of_series, of_copy = (nib.load(mask) for mask in masks)
    assert np.array_equal(of_series.dataobj, of_copy.dataobj)
    assert np.allclose(of_series.affine, of_copy.affine, atol=1e-4)


def test_a_folder_of_files_in_upper_case_is_predicted(
    run: Run, image: Path, tmp_path: Path
) -> None:
    (tmp_path / "scans").mkdir()
    shutil.copy(image, tmp_path / "scans" / "CASE.NII.GZ")
    (mask,) = predict_files([run], [tmp_path / "scans"], tmp_path / "out")
    (plain,) = predict_files([run], [image], tmp_path / "plain")
    assert mask == tmp_path / "out" / "CASE.nii.gz"
    assert np.array_equal(nib.load(mask).dataobj, nib.load(plain).dataobj)


def test_voxels_that_are_no_numbers_are_counted(
    run: Run, image: Path, tmp_path: Path, lines
) -> None:
    file = nib.load(image)
    voxels = np.asarray(file.dataobj, np.float32)
    voxels[0, 0, :2] = np.nan
    holed = save(tmp_path / "holed.nii.gz", voxels, file.affine)
    with pytest.raises(DataError, match="must be finite, got 2 NaN"):
        predict_files([run], [holed], tmp_path / "out")
    lenient = Run(run.path, replace(run.config, {"data.not_finite": "background"}), run.record)
    predict_files([lenient], [holed], tmp_path / "out")
    assert f"{holed}: 2 NaN or infinite voxels taken as background" in lines


@pytest.mark.parametrize("ending", [".nrrd", ".mha", ".mhd", ".hdr"])
def test_other_formats_get_the_mask_that_their_nifti_copy_gets(
    run: Run, tmp_path: Path, ending: str
) -> None:
    array = np.random.default_rng(1).integers(0, 900, (11, 13, 3)).astype(np.int16)
    other = save_itk(tmp_path / f"other{ending}", array)
    masks = predict_files([run], [other, save(tmp_path / "copy.nii.gz", array)], tmp_path / "out")
    assert masks[0] == tmp_path / "out" / "other.nii.gz"
    of_other, of_copy = (nib.load(mask) for mask in masks)
    assert np.array_equal(of_other.dataobj, of_copy.dataobj)
    assert np.allclose(of_other.affine, of_copy.affine, atol=1e-4)


def test_each_series_of_a_folder_gets_masks_named_by_its_id(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    for part in ("a", "b"):
        save_series(tmp_path / "study" / part, ramp(), SeriesInstanceUID=f"1.{ord(part)}")
    masks = predict_files([run], [tmp_path / "study"], tmp_path / "out", dicom_seg=True)
    names = ["a.nii.gz", "a.dcm", "b.nii.gz", "b.dcm"]
    assert [mask.name for mask in masks] == names and all(mask.is_file() for mask in masks)


def test_a_nifti_file_has_no_dicom_seg(run: Run, image: Path, tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    with pytest.raises(UsageError, match=r"`dicom_seg`: needs folders of .* got .*heart\.nii\.gz$"):
        predict_files([run], [image], tmp_path / "out", dicom_seg=True)


def test_a_broken_series_is_named_before_any_prediction(run: Run, tmp_path: Path) -> None:
    scan = save_series(tmp_path / "scan", ramp())
    (scan / "001.dcm").unlink()
    with pytest.raises(DataError, match=r"scan .*: no slice may be missing, got 1 missing"):
        predict_files([run], [scan], tmp_path / "out")
    assert list(tmp_path.iterdir()) == [scan]


def test_it_predicts_what_evaluation_predicts(run: Run, store, tmp_path: Path) -> None:
    predicted = predict_files([run], [Path(store.volumes["005"].source)], tmp_path / "out")
    copy = Run.open(shutil.copytree(run.path, tmp_path / "run"))
    output = evaluate([copy], run.config, store, "test").directory
    evaluated = nib.load(output / "masks" / "005.nii.gz")
    assert np.array_equal(nib.load(predicted[0]).dataobj, evaluated.dataobj)


def test_the_configured_channel_of_a_4d_input_is_predicted(
    run: Run, image: Path, tmp_path: Path
) -> None:
    file = nib.load(image)
    voxels = np.asarray(file.dataobj)
    four = save(tmp_path / "four.nii.gz", np.stack([voxels[::-1], voxels], axis=-1), file.affine)
    with pytest.raises(DataError, match=r"four\.nii\.gz: must be 3-D, or data\.channel must name"):
        predict_files([run], [four], tmp_path / "out")
    second = Run(run.path, replace(run.config, {"data.channel": 1}), run.record)
    of_four, of_one = predict_files([second], [four, image], tmp_path / "out")
    assert nib.load(of_four).shape == file.shape
    assert np.array_equal(nib.load(of_four).affine, file.affine)
    assert np.array_equal(nib.load(of_four).dataobj, nib.load(of_one).dataobj)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x.nii.gz", "x.nii.gz"], r"x\.nii\.gz: an input must be given once, got it twice"),
        (["missing.nii.gz"], r"missing\.nii\.gz: must be a NIfTI file, got no such file"),
        (["scan.mha"], r"scan\.mha: must be a MetaImage file, got no such file"),
        (["scan.txt"], r"scan\.txt: an input's name must end in \.nii, \.nii\.gz, "),
    ],
)
def test_a_wrong_input_leaves_nothing(
    run: Run, image: Path, tmp_path: Path, names: list[str], message: str
) -> None:
    inputs = [image, *(tmp_path / name for name in names)]
    with pytest.raises(DataError, match=message):
        predict_files([run], inputs, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_damaged_input_after_a_good_one_leaves_the_good_mask(
    run: Run, image: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.nii.gz"
    damaged.write_bytes(image.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"damaged\.nii\.gz: cannot be read as NIfTI"):
        predict_files([run], [image, damaged], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").glob("*.nii*")] == ["heart.nii.gz"]
    with pytest.raises(DataError, match=r"damaged\.nii\.gz: cannot be read as NIfTI"):
        predict_files([run], [damaged, image], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_inputs_that_break_a_rule_are_left_out_on_request(
    run: Run, image: Path, tmp_path: Path
) -> None:
    truncated = tmp_path / "truncated.nii.gz"  # its header is fine
    truncated.write_bytes(image.read_bytes()[:-100])
    save_series(tmp_path / "study" / "good", ramp(), SeriesInstanceUID="1.1")
    bad = save_series(tmp_path / "study" / "bad", ramp(), SeriesInstanceUID="1.2")
    (bad / "001.dcm").unlink()
    worse = save_series(tmp_path / "study" / "worse", ramp(), SeriesInstanceUID="1.3")
    (worse / "001.dcm").write_bytes(b"damaged")
    skipped: dict[Path, DataError] = {}
    inputs = [truncated, tmp_path / "study", tmp_path / "absent.txt"]
    masks = predict_files([run], inputs, tmp_path / "out", note=skipped.__setitem__)
    assert [mask.name for mask in masks] == ["good.nii.gz"]
    assert set(skipped) == {truncated, bad / "000.dcm", worse, tmp_path / "absent.txt"}
    with pytest.raises(DataError, match=r"^no input is usable, the first of 2: .*absent.txt: an "):
        predict_files(
            [run], [tmp_path / "absent.txt", bad], tmp_path / "other", note=skipped.__setitem__
        )
    assert not (tmp_path / "other").exists()


def test_only_series_whose_description_fits_are_predicted(run: Run, tmp_path: Path) -> None:
    for name in ("t2", "localizer"):
        save_series(
            tmp_path / name, ramp(), SeriesInstanceUID=f"1.{len(name)}", SeriesDescription=name
        )
    masks = predict_files([run], [tmp_path], tmp_path / "out", series="T2*")
    assert [mask.name for mask in masks] == ["t2.nii.gz"]


def test_an_existing_output_is_kept(run: Run, image: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(DataError, match="out: the output directory must not exist yet"):
        predict_files([run], [image], tmp_path / "out")


def test_uncertainty_is_written_beside_the_mask(run: Run, image: Path, tmp_path: Path) -> None:
    masks = predict_files([run], [image], tmp_path / "out", uncertainty=True)
    assert masks == [tmp_path / "out" / "heart.nii.gz"]
    doubt, like = nib.load(tmp_path / "out" / "heart_uncertainty.nii.gz"), nib.load(image)
    assert (doubt.shape, doubt.get_data_dtype()) == (like.shape, np.float32)
    assert np.array_equal(doubt.affine, like.affine)
    values = np.asarray(doubt.dataobj)
    assert 0 <= values.min() < values.max() <= 1


def test_the_same_views_give_the_same_mask_as_in_evaluation(
    run: Run, store, tmp_path: Path
) -> None:
    views = Views(("rows",), (10.0,))
    source = Path(store.volumes["005"].source)
    (mask,) = predict_files([run], [source], tmp_path / "out", views=views)
    output = tmp_path / "evaluation"
    evaluate([run], run.config, store, "test", views=views, output=output)
    evaluated = np.asarray(nib.load(output / "masks" / "005.nii.gz").dataobj)
    assert np.array_equal(nib.load(mask).dataobj, evaluated)
    (plain,) = predict_files([run], [source], tmp_path / "plain")
    assert not np.array_equal(nib.load(plain).dataobj, evaluated)


def test_an_input_named_as_the_map_of_another_is_refused(
    run: Run, image: Path, tmp_path: Path
) -> None:
    second = Path(shutil.copy(image, tmp_path / "heart_uncertainty.nii.gz"))
    with pytest.raises(DataError, match=r"^heart_uncertainty\.nii\.gz: is a mask's name and that"):
        predict_files([run], [image, second], tmp_path / "out", uncertainty=True)
    assert list(tmp_path.iterdir()) == [second]


def test_one_file_is_predicted_without_writing(run: Run, image: Path, tmp_path: Path) -> None:
    (mask,) = predict_files([run], [image], tmp_path / "out")
    predicted = predict_file([load_network(run)], image, run.config.data)
    assert np.array_equal(predicted.mask, nib.load(mask).dataobj)
    assert predicted.probabilities.shape == (*predicted.mask.shape, 4)
    assert predicted.image.path == image
