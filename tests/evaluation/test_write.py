from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.write import replacing_directory, write_masks
from tests.evaluation.volumes import measured


def test_a_volume_has_a_mask_and_a_map_where_it_has_uncertainty(tmp_path: Path) -> None:
    doubt = np.full((3, 3, 2), 0.5, np.float32)
    write_masks(measured("a", 1), tmp_path, ".nii.gz")
    write_masks(measured("b", 1, uncertainty=doubt), tmp_path, ".nii.gz")
    names = {"a.nii.gz", "b.nii.gz", "b_uncertainty.nii.gz"}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_a_directory_takes_the_place_of_the_former_one(tmp_path: Path) -> None:
    place = tmp_path / "evaluation-test"
    for content in ("first", "second"):
        with replacing_directory(place) as folder:
            (folder / content).touch()
    assert [path.name for path in place.iterdir()] == ["second"]
    assert list(tmp_path.iterdir()) == [place]


def test_the_former_directory_stays_if_writing_fails(tmp_path: Path) -> None:
    place = tmp_path / "evaluation-test"
    (place / "masks").mkdir(parents=True)
    with pytest.raises(DataError, match="broken"), replacing_directory(place):
        raise DataError("broken")
    assert [path.name for path in place.iterdir()] == ["masks"]
    assert list(tmp_path.iterdir()) == [place]


def test_no_mask_is_written_outside_the_folder(tmp_path: Path) -> None:
    for id in ("../EVIL", str(tmp_path / "EVIL")):
        with pytest.raises(DataError, match=r"masks: a name must hold no '/'"):
            write_masks(measured(id, 1), tmp_path / "masks", ".nii.gz")
    assert list(tmp_path.rglob("*EVIL*")) == []
