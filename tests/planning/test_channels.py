"""Plans of folders in which patients have several sequences."""

import json
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning import Wishes, plan_folder, summary
from dscl_tf.planning.machine import Machine
from dscl_tf.planning.sources import find_source
from dscl_tf.planning.write import config_text, splits_text
from tests.data.files import affine, save
from tests.planning.scans import scan

ONE = affine((1, 1, 1))


def write(folder: Path, *patterns: str, count: int = 4, masks: str = "masks/{id}.nii.gz") -> Path:
    """Write a file of each pattern for p1, p2, ..., and a mask of each."""
    for number in range(1, count + 1):
        image, mask = scan(number)
        for place, pattern in enumerate(patterns):
            save(folder / pattern.replace("{id}", f"p{number}"), image + 9 * place, ONE)
        save(folder / masks.replace("{id}", f"p{number}"), mask, ONE)
    return folder


def plan(folder: Path, *channels: str):
    return plan_folder(folder, "mine", Wishes(channels=channels), Machine(2))


def index(folder: Path, names: dict[str, str], key: str = "channel_names", **more) -> Path:
    tree = {key: names, "labels": {"background": 0, "rod": 1}, "file_ending": ".nii.gz", **more}
    (folder / "dataset.json").write_text(json.dumps(tree))
    return folder


def test_a_folder_per_sequence_gives_channels_and_a_valid_configuration(tmp_path: Path) -> None:
    write(tmp_path, "t2/{id}.nii.gz", "adc/{id}.nii.gz")
    found = plan(tmp_path)
    data = found.config.data
    assert [channel.name for channel in data.channels] == ["t2", "adc"]
    assert data.folder.images == {"t2": "t2/{id}.nii.gz", "adc": "adc/{id}.nii.gz"}
    assert (data.channel, found.config.model.channels) == (None, 2)
    assert found.fingerprint.source.unused == ()
    assert all(len(one.case.further) == 1 for one in found.fingerprint.scans)
    said = summary(found)
    assert "4, 4 with a mask; 8 image files" in said and "of their channels t2 alone" in said


def test_sequences_with_masks_of_their_own_are_volumes(tmp_path: Path) -> None:
    for number in range(1, 5):
        for place in (tmp_path / f"ct_{number}", tmp_path / f"mr_{number}"):
            for name, array in zip(("scan.nii", "mask.nii"), scan(number), strict=True):
                save(place / name, array, ONE)
    source = find_source(tmp_path)
    assert len(source.cases) == source.masks == 8
    assert source.notes[0].endswith("own; --channels ct,mr makes them channels.")
    assert len(find_source(tmp_path, channels=["ct", "mr"]).cases) == 4


def test_of_masks_for_each_sequence_those_of_the_first_are_used(tmp_path: Path) -> None:
    write(tmp_path, "{id}_T1c.nii", "{id}_T2.nii", masks="{id}_T1c_seg.nii")
    for number in range(1, 5):
        save(tmp_path / f"p{number}_T2_seg.nii", scan(number)[1], ONE)
    source = find_source(tmp_path)
    assert source.settings["folder"]["masks"] == "{id}_T1c_seg.nii"
    assert source.unused == tuple(f"p{number}_T2_seg.nii" for number in range(1, 5))


def test_channels_in_hounsfield_units_share_no_range(tmp_path: Path) -> None:
    for number in range(1, 4):
        image, _ = scan(number)
        for name in ("ct", "pet"):
            save(tmp_path / f"p{number}_{name}.nii", image * 6 - 1600, ONE)
    found = plan(tmp_path)
    assert found.config.data.intensity_range is None
    assert [channel.name for channel in found.config.data.channels] == ["ct", "pet"]


def test_a_patient_that_lacks_a_channel_is_named_and_in_no_list(tmp_path: Path) -> None:
    write(tmp_path, "{id}_T2.nii.gz", "{id}_ADC.nii.gz", count=5)
    (tmp_path / "p3_ADC.nii.gz").unlink()
    found = plan(tmp_path)
    assert list(found.fingerprint.source.left_out) == ["p3"]
    assert all("p3" not in ids for ids in found.choice.lists.values())
    why = "volume p3 must have a file of channel ADC (1), got T2 (0) alone"
    for text in (summary(found), splits_text(found)):
        assert why in " ".join(text.replace("# ", "").split())
    assert "run --config mine.yaml --skip-bad" in config_text(found, Path())
    assert found.fingerprint.source.unused == ()  # its file of T2 is told of already


def test_where_most_patients_lack_one_the_first_alone_is_used(tmp_path: Path) -> None:
    write(tmp_path, "t2/{id}.nii.gz", "adc/{id}.nii.gz")
    for number in (1, 2):
        image, _ = scan(number, shape=(8, 9, 10))
        save(tmp_path / f"adc/p{number}.nii.gz", image, ONE)
    source = find_source(tmp_path)
    assert source.settings["folder"]["images"] == "t2/{id}.nii.gz"
    assert "Sequences t2, adc were seen, and are no channels since" in source.notes[0]
    assert "must lie on one grid" in source.notes[0]
    wished = find_source(tmp_path, channels=("t2", "adc"))
    assert list(wished.left_out) == ["p1", "p2"] and len(wished.cases) == 2


def test_what_may_be_sequences_is_told_with_the_option_that_takes_them(tmp_path: Path) -> None:
    write(tmp_path, "a/{id}.nii.gz", "b/{id}.nii.gz")
    source = find_source(tmp_path)
    assert source.settings["folder"]["images"] == "a/{id}.nii.gz"
    assert "if these are further sequences of the same patients, --channels a,b" in source.notes[0]
    assert source.notes[0] in " ".join(summary(plan(tmp_path)).split())
    chosen = find_source(tmp_path, channels=("b", "a"))
    assert chosen.settings["channels"] == ["b", "a"] and not chosen.notes
    assert [case.image.parent.name for case in chosen.cases] == ["b"] * 4


def test_one_wished_channel_is_a_plain_pattern(tmp_path: Path) -> None:
    write(tmp_path, "t2/{id}.nii.gz", "adc/{id}.nii.gz")
    source = find_source(tmp_path, channels=("adc",))
    assert source.settings["folder"]["images"] == "adc/{id}.nii.gz"
    assert "channels" not in source.settings and source.masks == 4


def test_numbers_of_channels_may_have_zeros_before_them(tmp_path: Path) -> None:
    write(tmp_path, "images/{id}_0000.nii.gz", "images/{id}_0001.nii.gz")
    source = find_source(tmp_path, channels=("0001", "0000"))
    assert source.settings["channels"] == [1, 0]
    assert source.cases[0].image.name == "p1_0001.nii.gz"


def test_the_fourth_axis_has_channels_only_where_the_user_names_them(tmp_path: Path) -> None:
    for number in range(3):
        image, _ = scan(number)
        save(tmp_path / f"p{number}.nii.gz", np.stack([image, image, image], -1), ONE)
    source = find_source(tmp_path)
    assert source.settings["channel"] == 0 and "--channels T2,ADC" in source.notes[0]
    assert plan(tmp_path, "T2", "ADC").config.model.channels == 2
    with pytest.raises(UsageError, match=r"`channels`: must be at most as many .* 3 in .* got 4"):
        find_source(tmp_path, channels=("a", "b", "c", "d"))


def test_names_tell_channels_where_another_sequence_has_a_fourth_axis(tmp_path: Path) -> None:
    write(tmp_path, "t2/{id}.nii.gz", "adc/{id}.nii.gz")
    for number in range(1, 5):
        image, _ = scan(number)
        save(tmp_path / f"dce/p{number}.nii.gz", np.stack([image] * 3, -1), ONE)
    source = find_source(tmp_path, channels=("t2", "adc"))
    assert source.settings["folder"]["images"] == {"t2": "t2/{id}.nii.gz", "adc": "adc/{id}.nii.gz"}
    assert len(source.unused) == 4


@pytest.mark.parametrize(
    ("names", "value"),
    [
        ({"0": "T2", "1": "ADC"}, ["T2", "ADC"]),
        ({"1": "ADC", "0": "T2"}, ["T2", "ADC"]),
        ({"0": "MRI", "1": "MRI"}, [0, 1]),
        ({"0": "MRI", "1": ""}, [0, 1]),
        ({"0": "MRI", "1": "T2\nsteps: 1"}, [0, 1]),
    ],
)
def test_nnunets_index_names_the_channels(tmp_path: Path, names, value) -> None:
    patterns = ("imagesTr/{id}_0000.nii.gz", "imagesTr/{id}_0001.nii.gz")
    write(tmp_path, *patterns, masks="labelsTr/{id}.nii.gz")
    source = find_source(index(tmp_path, names, numTraining=4))
    assert source.settings == {"layout": "msd", "channels": value}
    assert plan(tmp_path).config.model.channels == 2
    (tmp_path / "imagesTr/p2_0001.nii.gz").unlink()
    assert list(find_source(tmp_path).left_out) == ["p2"]


def test_channels_of_an_index_may_be_chosen(tmp_path: Path) -> None:
    patterns = ("imagesTr/{id}_0000.nii.gz", "imagesTr/{id}_0001.nii.gz")
    write(tmp_path, *patterns, masks="labelsTr/{id}.nii.gz")
    index(tmp_path, {"0": "T2", "1": "ADC"}, numTraining=4)
    chosen = plan(tmp_path, "adc", "T2")
    assert chosen.value("data.channels") == {"ADC": 1, "T2": 0}
    assert chosen.fingerprint.scans[0].case.image.name == "p1_0001.nii.gz"
    with pytest.raises(UsageError, match=r"must be among those of .*T2 \(0\), ADC \(1\), got DWI"):
        plan(tmp_path, "T2", "DWI")
    with pytest.raises(UsageError, match=r"`channels`: must be .* differ, got T2 \(0\) twice"):
        plan(tmp_path, "T2", "0")
    index(tmp_path, {"0": "T2", "12345": "ADC"}, numTraining=4)
    with pytest.raises(UsageError, match=r"data\.channels.*less than or equal to 9999, got 12345"):
        plan(tmp_path)


def test_a_decathlon_tree_of_4d_files_has_the_channels_of_its_index(tmp_path: Path) -> None:
    entries = []
    for number in range(3):
        image, mask = scan(number)
        save(tmp_path / f"imagesTr/p{number}.nii.gz", np.stack([image, image], -1), ONE)
        save(tmp_path / f"labelsTr/p{number}.nii.gz", mask, ONE)
        names = {"image": f"imagesTr/p{number}.nii.gz", "label": f"labelsTr/p{number}.nii.gz"}
        entries.append(names)
    index(tmp_path, {"0": "T2", "1": "ADC"}, "modality", training=entries)
    assert plan(tmp_path).value("data.channels") == ["T2", "ADC"]
    index(tmp_path, {"0": "T2", "1": "ADC", "2": "DWI"}, "modality", training=entries)
    source = find_source(tmp_path)  # no file has three
    assert source.settings == {"layout": "msd", "channel": 0}
    assert "names the channels T2, ADC, DWI; the first alone is used" in source.notes[0]


def test_a_damaged_file_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    write(tmp_path, "{id}_T2.nii.gz", "{id}_ADC.nii.gz")
    (tmp_path / "p2_T2.nii.gz").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"p2_T2\.nii\.gz"):
        plan(tmp_path)


@pytest.mark.parametrize("sequence", ["T2", "ADC"])
def test_bad_files_of_a_sequence_are_left_out_where_asked(tmp_path: Path, sequence: str) -> None:
    write(tmp_path, "{id}_T2.nii.gz", "{id}_ADC.nii.gz")
    (tmp_path / f"p2_{sequence}.nii.gz").write_bytes(b"no image")
    with pytest.raises(DataError, match=rf"p2_{sequence}.nii.gz: .*; `skip_bad` leaves out"):
        plan(tmp_path)
    found = plan_folder(tmp_path, "mine", Wishes(skip_bad=True), Machine(2))
    assert found.value("data.channels") and "p2" in found.fingerprint.source.left_out
    assert "p2" not in {id for ids in found.choice.lists.values() for id in ids}


def test_dicom_and_pictures_have_no_channels_to_choose(tmp_path: Path) -> None:
    (tmp_path / "leftImg8bit").mkdir()
    with pytest.raises(UsageError, match="`channels`: must be left out with a Cityscapes tree"):
        find_source(tmp_path, channels=("T2",))
