from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.inputs import Input, list_inputs
from tests.data.files import ramp, settings
from tests.data.io.dicom.files import save_series

PICTURES = {"layout": "cityscapes", "intensity_range": (0, 255)}


def test_a_folder_stands_for_each_of_its_series(tmp_path: Path) -> None:
    for part in ("a", "b"):
        save_series(tmp_path / "study" / part, ramp(), SeriesInstanceUID=f"1.{ord(part)}")
    file = tmp_path / "x.nii"
    first, *series = list_inputs([file, tmp_path / "study"], settings())
    assert first == Input("x.nii", file)
    assert [volume.mask_name for volume in series] == ["a.nii.gz", "b.nii.gz"]


def test_a_picture_is_no_volume_and_a_volume_no_picture() -> None:
    scan, picture = Path("scan.nii.gz"), Path("street.PNG")
    assert list_inputs([picture], settings(**PICTURES)) == [Input("street.PNG", picture)]
    with pytest.raises(DataError, match=r"scan\.nii\.gz: an input's name must end in \.png"):
        list_inputs([scan], settings(**PICTURES))
    with pytest.raises(DataError, match=r"street\.PNG: an input's name must end in \.nii"):
        list_inputs([picture], settings())
