"""What `find_source` makes of the names in a folder."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.planning.sources import find_source
from tests.data.files import save
from tests.planning.scans import touch


@pytest.mark.parametrize(
    ("names", "images", "masks"),
    [
        (["a.nii", "b.nii", "a_seg.nii"], "{id}.nii", "{id}_seg.nii"),
        (["x/a.nii", "x/b.nii", "gt/b.nii"], "x/{id}.nii", "gt/{id}.nii"),
        (["a/t2.nii", "b/t2.nii", "a/mask.nii"], "{id}/t2.nii", "{id}/mask.nii"),
        (
            ["sub-1/anat/sub-1_T1w.nii", "sub-2/anat/sub-2_T1w.nii", "seg/sub-2_x.nii"],
            "{id}/anat/{id}_T1w.nii",
            "seg/{id}_x.nii",
        ),
        (["img01.nii", "img02.nii", "label01.nii"], "img{id}.nii", "label{id}.nii"),
        (["volume-1.nii", "volume-2.nii", "segmentation-1.nii"], "volume-{id}.nii", None),
        (["1_T1.nii", "2_T1.nii", "11_T1.nii", "11_seg.nii"], "{id}_T1.nii", "{id}_seg.nii"),
        (["tr/a.nii", "ts/b.nii", "tr/c.nii", "labelsTr/a.nii"], "t*/{id}.nii", None),
    ],
)
def test_patterns_are_found_by_names(tmp_path: Path, names, images, masks) -> None:
    source = find_source(touch(tmp_path, *names))
    assert source.settings["folder"]["images"] == images
    assert source.masks == 1
    if masks:
        assert source.settings["folder"]["masks"] == masks


def test_masks_without_a_telling_name_are_found_by_their_values(tmp_path: Path) -> None:
    touch(tmp_path, "one/a.nii", "one/b.nii", "seg/a.nii")
    (tmp_path / "seg").rename(tmp_path / "two")
    assert find_source(tmp_path).settings["folder"]["masks"] == "two/{id}.nii"


@pytest.mark.parametrize(("images", "masks"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
def test_names_in_two_unicode_forms_have_equal_ids(tmp_path: Path, images, masks) -> None:
    names = [f"größe/Zoë{n}.nii" for n in range(3)]
    touch(tmp_path, *(unicodedata.normalize(images, name) for name in names))
    touch(tmp_path, *(unicodedata.normalize(masks, f"seg/Zoë{n}.nii") for n in range(2)))
    source = find_source(tmp_path)
    assert len(source.cases) == 3 and source.masks == 2


def test_names_of_files_may_differ_in_capital_letters(tmp_path: Path) -> None:
    touch(tmp_path, *(f"p{n}_{'tT'[n % 2]}2.nii" for n in range(4)))
    touch(tmp_path, "p0_t2_seg.nii", "p1_T2_seg.nii")
    source = find_source(tmp_path)
    assert source.settings["folder"] == {"images": "{id}_*2.nii", "masks": "{id}_*2_seg.nii"}
    assert len(source.cases) == 4 and source.masks == 2 and not source.unused


def test_a_sequence_that_one_patient_spells_otherwise_is_whole(tmp_path: Path) -> None:
    touch(tmp_path, *(f"p{n}_{one}.nii" for n in range(4) for one in ("T2", "ADC")))
    (tmp_path / "p3_T2.nii").rename(tmp_path / "p3_t2.nii")
    source = find_source(tmp_path)
    assert source.data.channels and len(source.cases) == 4 and not source.left_out


def test_spellings_that_no_pattern_fits_are_an_error(tmp_path: Path) -> None:
    touch(tmp_path, *(f"p{n}_{one}.nii" for n in range(4) for one in ("T2", "ADC")))
    (tmp_path / "p3_ADC.nii").rename(tmp_path / "p3_adc.nii")
    with pytest.raises(DataError, match=r"p3_adc.nii: must be spelled as \{id\}_ADC.nii"):
        find_source(tmp_path)


BIDS = "sub-{0}/ses-{1}/anat/sub-{0}_ses-{1}_{2}.nii"


@pytest.mark.parametrize(("patients", "sessions"), [(4, 2), (2, 4)])
@pytest.mark.parametrize("mask", [BIDS, f"derivatives/manual_masks/{BIDS}"])
def test_sessions_of_a_patient_are_volumes(tmp_path: Path, patients, sessions, mask) -> None:
    scans = [(n, m) for n in range(patients) for m in range(sessions)]
    touch(tmp_path, *(BIDS.format(n, m, "T2w") for n, m in scans))
    touch(tmp_path, *(mask.format(n, m, "T2w_seg") for n, m in scans if n < 2))
    source = find_source(tmp_path)
    assert source.settings["folder"]["images"] == "*/*/anat/{id}_T2w.nii"
    assert len(source.cases) == 8 and source.masks == 2 * sessions and not source.notes


def test_sequences_of_several_sessions_are_channels(tmp_path: Path) -> None:
    scans = [(n, m, one) for n in range(2) for m in range(2) for one in ("T1w", "T2w")]
    source = find_source(touch(tmp_path, *(BIDS.format(*scan) for scan in scans)))
    assert len(source.cases) == 4 and len(source.data.channels or ()) == 2


def test_sessions_that_names_of_folders_alone_tell_are_no_channels(tmp_path: Path) -> None:
    scans = [f"sub-{n}/ses-{m}/" for n in range(4) for m in range(2)]
    touch(tmp_path, *(f"{scan}{name}.nii" for scan in scans for name in ("T2w", "seg")))
    source = find_source(tmp_path)
    assert len(source.cases) == 4 and source.masks == 4
    assert "holds further sessions" in source.notes[0] and "--channels" not in source.notes[0]


def test_equal_ids_with_masks_of_their_own_are_no_channels(tmp_path: Path) -> None:
    touch(
        tmp_path, *(f"{one}/p{n}{end}.nii" for one in "ab" for n in (1, 2) for end in ("", "_seg"))
    )
    (note,) = find_source(tmp_path).notes
    assert note.startswith("b/{id}.nii holds the same ids") and "--channels" not in note


def test_the_sequence_of_most_files_is_used_and_the_others_are_counted(tmp_path: Path) -> None:
    touch(tmp_path, "p1/p1_t1.nii", "p2/p2_t1.nii", "p3/p3_t1.nii", "p1/p1_t2.nii", "p2/p2_t2.nii")
    source = find_source(tmp_path)
    assert source.settings["folder"] == {"images": "{id}/{id}_t1.nii"}
    assert source.unused == ("p1/p1_t2.nii", "p2/p2_t2.nii")


def test_an_image_pattern_settles_what_is_mixed(tmp_path: Path) -> None:
    touch(tmp_path, "a.nii", "b.nii")
    (tmp_path / "a.png").touch()
    assert len(find_source(tmp_path, images="{id}.nii").cases) == 2


def test_patterns_that_are_given_are_used(tmp_path: Path) -> None:
    touch(tmp_path, "p1_t1.nii", "p2_t1.nii", "p1_t2.nii", "p2_t2.nii")
    source = find_source(tmp_path, images="{id}_t2.nii")
    assert [case.image.name for case in source.cases] == ["p1_t2.nii", "p2_t2.nii"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "must hold volumes .* got an empty folder"),
        (["labels/a.nii", "labels/b.nii"], "must hold images, got 2 files that seem to be masks"),
        (["a.nii", "b.nii", "other_seg.nii"], "masks must have images, got none for other_seg"),
        (["a.nii", "b.nrrd"], "must hold images of one kind, got volumes that end in .nii, .nrrd"),
    ],
)
def test_what_cannot_be_told_is_one_line(tmp_path: Path, names, message) -> None:
    touch(tmp_path, *(name for name in names if not name.endswith("nrrd")))
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=message) as error:
        find_source(tmp_path)
    assert "\n" not in str(error.value)


def test_a_mask_without_an_image_is_a_bad_volume(tmp_path: Path) -> None:
    source = find_source(touch(tmp_path, "a.nii", "b.nii", "a_seg.nii", "c_seg.nii"))
    assert [case.id for case in source.cases] == ["a", "b"] and list(source.bad) == ["c"]
    assert "c_seg.nii: a mask must have an image" in source.bad["c"]


def test_of_four_dimensions_the_first_channel_is_used(tmp_path: Path) -> None:
    for id in "ab":
        save(tmp_path / f"{id}.nii", np.ones((4, 5, 6, 2), np.float32))
    assert find_source(tmp_path).data.channel == 0


def test_volumes_and_pictures_are_not_mixed(tmp_path: Path) -> None:
    touch(tmp_path, "a.nii", "b.nii")
    (tmp_path / "a.png").touch()
    with pytest.raises(DataError, match=r"of one kind, got 2 volumes.* and 1 pictures"):
        find_source(tmp_path)


def test_masks_in_a_run_are_not_of_the_folder(tmp_path: Path) -> None:
    touch(tmp_path, "a.nii", "b.nii", "runs/x/evaluation/masks/a.nii")
    (tmp_path / "runs/x/run.json").touch()
    assert find_source(tmp_path).masks == 0
