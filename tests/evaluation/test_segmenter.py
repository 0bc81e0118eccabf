from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import dscl_tf
from dscl_tf.config import Data
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation import Views
from dscl_tf.evaluation.file_prediction import predict_files
from dscl_tf.evaluation.segmenter import Segmenter
from dscl_tf.runs.run import Run


@pytest.fixture(scope="module")
def segmenter(trained: Path) -> Segmenter:
    return dscl_tf.load_segmenter(trained / "finetune")


@pytest.fixture
def image(store) -> Path:
    return Path(store.volumes["005"].source)


def test_arrays_and_files_get_the_mask_that_the_command_writes(
    segmenter: Segmenter, trained: Path, image: Path, tmp_path: Path
) -> None:
    (written,) = predict_files([Run.open(trained / "finetune")], [image], tmp_path / "out")
    expected = np.asarray(nib.load(written).dataobj)
    file = nib.load(image)
    array = np.asarray(file.dataobj)
    assert np.array_equal(segmenter.predict(array, affine=file.affine), expected)
    assert np.array_equal(segmenter.predict_file(image).mask, expected)
    # the phantom's files lie as the training grid does
    assert np.array_equal(segmenter.predict(array, file.header.get_zooms()), expected)
    assert expected.any()


def test_an_affine_says_where_the_axes_point(segmenter: Segmenter, image: Path) -> None:
    file = nib.load(image)
    array = np.asarray(file.dataobj)
    turned = nib.as_closest_canonical(file)
    mask = nib.Nifti1Image(segmenter.predict(array, affine=file.affine), file.affine)
    expected = np.asarray(nib.as_closest_canonical(mask).dataobj)
    found = segmenter.predict(np.asarray(turned.dataobj), affine=turned.affine)
    assert np.array_equal(found, expected)


def test_probabilities_are_those_of_the_mask(segmenter: Segmenter, image: Path) -> None:
    array, spacing = np.asarray(nib.load(image).dataobj), nib.load(image).header.get_zooms()
    probabilities = segmenter.probabilities(array, spacing)
    assert probabilities.shape == (*array.shape, 1 + len(segmenter.classes))
    assert np.array_equal(probabilities.argmax(axis=-1), segmenter.predict(array, spacing))


def test_several_runs_and_views_are_averaged(trained: Path, image: Path) -> None:
    run = Run.open(trained / "finetune")
    views = Views(rotations=(10.0,))
    turned = dscl_tf.load_segmenter(run, views=views)
    plain = dscl_tf.load_segmenter([run])
    both = [one.predict_file(image).probabilities for one in (turned, plain)]
    assert not np.array_equal(*both)
    with pytest.raises(UsageError, match="must name different runs"):
        dscl_tf.load_segmenter([run, run])
    with pytest.raises(UsageError, match="`run`: must be a run or several, got none"):
        dscl_tf.load_segmenter([])


def test_a_run_of_another_stage_is_refused(trained: Path) -> None:
    with pytest.raises(DataError, match="must be a finished finetune run, got a finished pretrain"):
        dscl_tf.load_segmenter(trained / "pretrain_global")


class Brightest:
    """Gives each pixel the class of its largest channel."""

    def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
        return 10 * x


def test_a_picture_has_rows_and_columns_alone() -> None:
    data = Data(
        layout="cityscapes",
        classes={1: "green", 2: "blue"},
        spacing=(1, 1),
        grid=(8, 8),
        intensity_range=(0, 255),
    )
    segmenter = Segmenter([Brightest()], data)
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[..., 0], picture[:4, :, 2] = 100, 200
    mask = segmenter.predict(picture)
    assert mask.shape == (8, 8) and segmenter.probabilities(picture).shape == (8, 8, 3)
    assert np.array_equal(np.unique(mask[:3]), [2]) and not mask[5:].any()
