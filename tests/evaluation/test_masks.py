from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.masks import check_map_names, uncertainty_path, write_prediction
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
