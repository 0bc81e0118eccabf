import shutil
from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.inputs import Input, list_inputs
from tests.data.files import ramp, settings
from tests.data.io.dicom.files import save_series
from tests.data.io.itk.files import save_itk
from tests.data.layouts.files import touch

PICTURES = {"layout": "cityscapes", "intensity_range": (0, 255)}


def names(*paths: Path, **changes) -> list[str]:
    return [volume.mask_name for volume in list_inputs(paths, settings(**changes))]


def test_a_folder_stands_for_each_of_its_series(tmp_path: Path) -> None:
    for part in ("a", "b"):
        save_series(tmp_path / "study" / part, ramp(), SeriesInstanceUID=f"1.{ord(part)}")
    file = tmp_path / "x.nii"
    first, *series = list_inputs([file, tmp_path / "study"], settings())
    assert first == Input("x.nii", file)
    assert [volume.mask_name for volume in series] == ["a.nii.gz", "b.nii.gz"]


def test_a_folder_stands_for_each_file_and_series_below_it(tmp_path: Path, lines) -> None:
    folder = tmp_path / "all"
    touch(folder, "b.nii", "sub/A.NII.GZ", "._b.nii", "notes.txt")
    save_itk(folder / "c.mhd", ramp())
    save_itk(folder / "d.hdr", ramp())
    assert names(folder) == ["b.nii", "c.nii.gz", "d.nii.gz", "sub_A.nii.gz"]
    assert lines == [f"{folder}: passed over 1 file that is no volume"]
    save_series(folder / "scan", ramp())
    assert names(folder)[-2:] == ["sub_A.nii.gz", "scan.nii.gz"]


def test_a_series_whose_files_end_in_img_is_a_series(tmp_path: Path) -> None:
    scan = save_series(tmp_path / "scan", ramp())
    for path in list(scan.iterdir()):
        path.rename(path.with_suffix(".img"))
    assert names(scan) == ["scan.nii.gz"]


def test_a_pattern_chooses_series_and_leaves_files(tmp_path: Path) -> None:
    touch(tmp_path / "all", "a.nii")
    for number, name in enumerate(("t2", "scout")):
        headers = {"SeriesInstanceUID": f"1.{number}", "SeriesDescription": name}
        save_series(tmp_path / "all" / name, ramp(), **headers)
    found = list_inputs([tmp_path / "all"], settings(), "T2*")
    assert [volume.mask_name for volume in found] == ["a.nii", "t2.nii.gz"]
    noted: list[tuple[Path, str]] = []
    found = list_inputs(
        [tmp_path / "all", tmp_path / "notes.txt"],
        settings(),
        "ct*",
        lambda path, error: noted.append((path, str(error))),
    )
    assert [volume.mask_name for volume in found] == ["a.nii"]
    assert [path.name for path, _ in noted] == ["all", "notes.txt"]
    assert "whose description fits ct*, got scout, t2" in noted[0][1]


def test_linked_folders_are_looked_into_once(tmp_path: Path) -> None:
    touch(tmp_path / "all", "a.nii")
    touch(tmp_path / "elsewhere", "u\u0308.nii")
    (tmp_path / "all/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "all/loop").symlink_to(tmp_path / "all")
    assert names(tmp_path / "all") == ["a.nii", "link_\u00fc.nii"]


def test_a_pattern_stands_for_what_fits_it(tmp_path: Path) -> None:
    touch(tmp_path, "b.nii", "a.nii", "x/t2.nii", "y/t2.nii", "x/t1.nii", "c[1].nii", "notes.txt")
    assert names(tmp_path / "[ab].nii") == ["a.nii", "b.nii"]
    assert names(tmp_path / "*/t2.nii") == ["x_t2.nii", "y_t2.nii"]
    assert len(names(tmp_path / "**/*.nii")) == 6
    assert names(tmp_path / "c[1].nii") == ["c[1].nii"]  # it exists
    assert names(tmp_path / "x*") == ["t1.nii", "t2.nii"]  # a folder
    with pytest.raises(DataError, match=r"\*\.nrrd: must fit a file or folder, got a pattern that"):
        names(tmp_path / "*.nrrd")


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    touch(tmp_path, "b.png", "x/a.PNG", "c.nii")
    assert names(tmp_path, **PICTURES) == ["b.png", "x_a.PNG"]


@pytest.mark.parametrize(("changes", "kind"), [({}, "volumes"), (PICTURES, "pictures")])
def test_a_folder_that_holds_none_is_named(tmp_path: Path, changes, kind: str) -> None:
    touch(tmp_path, "notes.txt")
    with pytest.raises(DataError, match=f"^{tmp_path}: must hold {kind} .*, got none$"):
        names(tmp_path, **changes)


def test_one_slice_is_no_volume_and_its_folder_is_told(tmp_path: Path) -> None:
    scan = save_series(tmp_path / "scan", ramp())
    slice_ = next(scan.glob("*.dcm"))
    with pytest.raises(DataError, match=rf"got one file of a DICOM series; give .*, {scan}$"):
        names(slice_)
    bare = shutil.move(slice_, slice_.with_suffix(""))
    with pytest.raises(DataError, match="got one file of a DICOM series"):
        names(Path(bare))


@pytest.mark.parametrize(
    ("paths", "masks"),
    [
        (["a/t2.nii.gz", "b/t2.nii.gz", "c/x.nii"], ["a_t2.nii.gz", "b_t2.nii.gz", "x.nii"]),
        (["p/a/t2.nii", "q/a/t2.nii"], ["p_a_t2.nii", "q_a_t2.nii"]),
        (["a/t2.nii", "b/t2.nii", "a_t2.nii"], ["a_t2.nii", "b_t2.nii", "_a_t2.nii"]),
    ],
)
def test_equal_names_are_told_apart_by_their_folders(tmp_path: Path, paths, masks) -> None:
    found = names(*(tmp_path / path for path in paths))
    assert len(set(found)) == len(found)
    for name, wanted in zip(found, masks, strict=True):
        assert name.endswith(wanted)


def test_what_is_given_twice_or_cannot_be_told_apart_is_named(tmp_path: Path) -> None:
    one = tmp_path / "x.nii"
    with pytest.raises(DataError, match=r"x\.nii: an input must be given once, got it twice$"):
        names(one, one)
    with pytest.raises(DataError, match=r"x\.nii\.gz: masks must have different names, got it"):
        names(tmp_path / "x.nrrd", tmp_path / "x.mha")


def test_a_picture_is_no_volume_and_a_volume_no_picture() -> None:
    scan, picture = Path("scan.nii.gz"), Path("street.PNG")
    assert list_inputs([picture], settings(**PICTURES)) == [Input("street.PNG", picture)]
    with pytest.raises(DataError, match=r"scan\.nii\.gz: an input's name must end in \.png"):
        list_inputs([scan], settings(**PICTURES))
    with pytest.raises(DataError, match=r"street\.PNG: an input's name must end in \.nii"):
        list_inputs([picture], settings())
