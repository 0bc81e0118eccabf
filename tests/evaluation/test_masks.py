from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from dscl_tf.errors import DataError
from dscl_tf.evaluation.masks import (
    check_map_names,
    uncertainty_path,
    write_prediction,
    write_probabilities,
)
from tests.data import files


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("a/x.nii.gz", "a/x_uncertainty.nii.gz"),
        ("x.v2.nii", "x.v2_uncertainty.nii"),
        ("x.PNG", "x_uncertainty.PNG"),
    ],
)
def test_the_map_is_named_after_its_mask(mask: str, expected: str) -> None:
    assert uncertainty_path(Path(mask)) == Path(expected)


def test_a_map_must_not_have_the_name_of_a_mask() -> None:
    check_map_names([Path("a.nii"), Path("a_uncertainty.nii.gz")])
    with pytest.raises(DataError, match=r"a_uncertainty\.nii: is a mask's name and that of"):
        check_map_names([Path("a.nii"), Path("a_uncertainty.nii")])


def test_mask_and_map_lie_over_their_image(tmp_path: Path) -> None:
    image = files.volume(files.ramp())
    mask, doubt = (image.array > 100).astype(np.uint8), image.array / 1000
    write_prediction(tmp_path / "a.nii.gz", mask, image, doubt)
    written = [nib.load(tmp_path / name) for name in ("a.nii.gz", "a_uncertainty.nii.gz")]
    assert all(np.array_equal(file.affine, image.affine) for file in written)
    np.testing.assert_array_equal(written[0].dataobj, mask)
    np.testing.assert_allclose(written[1].dataobj, doubt)
    write_prediction(tmp_path / "b.nii.gz", mask, image)
    assert {path.name for path in tmp_path.iterdir()} == {
        "a.nii.gz",
        "a_uncertainty.nii.gz",
        "b.nii.gz",
    }


def test_probabilities_are_one_nifti_file_or_a_picture_per_class(tmp_path: Path) -> None:
    image = files.volume(files.ramp())
    shares = np.stack([1 - image.array / 1000, image.array / 1000], axis=-1)  # (X, Y, Z, 2)
    write_probabilities(tmp_path / "a.nii.gz", shares, image)
    written = nib.load(tmp_path / "a_probabilities.nii.gz")
    assert np.array_equal(written.affine, image.affine)
    np.testing.assert_array_equal(written.dataobj, shares)
    street = np.stack([np.full((2, 3, 1), share, np.float32) for share in (0.25, 0.75)], axis=-1)
    write_probabilities(tmp_path / "b.png", street, image)
    levels = [np.asarray(Image.open(tmp_path / f"b_probability_{label}.png")) for label in (0, 1)]
    assert [level.tolist() for level in levels] == [[[16384] * 3] * 2, [[49151] * 3] * 2]
