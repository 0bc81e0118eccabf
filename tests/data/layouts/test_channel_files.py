import json

import pytest

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case, find_cases, supply_of
from dscl_tf.errors import DataError
from tests.data.sequences import write_decathlon, write_folders, write_nnunet


def settings(channels=("T2", "ADC"), **changes):
    common = {"classes": {1: "organ"}, "spacing": (1, 1), "grid": (32, 32)}
    return Data(**{"layout": "msd", "channels": channels, **common, **changes})


FOLDERS = settings(
    layout="folder",
    folder={
        "images": {"T2": "t2/{id}.nii.gz", "ADC": "adc/{id}.nii.gz"},
        "masks": "masks/{id}.nii.gz",
    },
)


def test_nnunets_files_are_channels(tmp_path):
    source = write_nnunet(tmp_path, count=1, tests=[5])
    cases = find_cases(settings(), source)
    train, test = source / "imagesTr", source / "imagesTs"
    assert cases == [
        Case(
            "p_0",
            train / "p_0_0000.nii.gz",
            source / "labelsTr/p_0.nii.gz",
            further=(train / "p_0_0001.nii.gz",),
        ),
        Case("p_5", test / "p_5_0000.nii.gz", None, further=(test / "p_5_0001.nii.gz",)),
    ]
    assert supply_of(cases, settings(), source).unused_files == 0


def test_the_order_is_that_of_the_configuration(tmp_path):
    source = write_nnunet(tmp_path, count=1)
    (case,) = find_cases(settings({"ADC": 1, "T2": 0}), source)
    assert [path.name[4:8] for path in (case.image, *case.further)] == ["0001", "0000"]
    (alone,) = find_cases(settings({"ADC": 1}), source)
    assert (alone.image.name, alone.further) == ("p_0_0001.nii.gz", ())


def test_files_that_an_index_lists_are_channels(tmp_path):
    source = write_nnunet(tmp_path, count=1)
    files = [f"imagesTr/p_0_000{number}.nii.gz" for number in (0, 1)]
    entry = {"image": files, "label": "labelsTr/p_0.nii.gz"}
    index = {"modality": {"0": "T2", "1": "ADC"}, "training": [entry]}
    for image in (files, "imagesTr/p_0.nii.gz"):  # as a list, and as nnU-Net's version 1 has it
        entry["image"] = image
        (source / "dataset.json").write_text(json.dumps(index))
        (case,) = find_cases(settings(), source)
        assert (case.id, case.problem) == ("p_0", None)
        assert [case.image, *case.further] == [source / file for file in files]


def test_4d_files_are_one_file(tmp_path):
    cases = find_cases(settings(), write_decathlon(tmp_path))
    assert [(case.image.name, case.further) for case in cases][:1] == [("p_0.nii.gz", ())]


def test_folders_of_sequences_are_channels(tmp_path):
    source = write_folders(tmp_path, count=2)
    cases = find_cases(FOLDERS, source)
    assert cases == [
        Case(id, source / f"t2/{id}.nii.gz", source / f"masks/{id}.nii.gz", None, (adc,))
        for id, adc in (("0", source / "adc/0.nii.gz"), ("1", source / "adc/1.nii.gz"))
    ]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("layout", ["nnunet", "folders"])
def test_a_missing_file_names_patient_and_channel(tmp_path, layout, first):
    if layout == "nnunet":
        source, data, id = write_nnunet(tmp_path), settings(), "p_1"
        (source / f"imagesTr/p_1_000{0 if first else 1}.nii.gz").unlink()
    else:
        source, data, id = write_folders(tmp_path), FOLDERS, "1"
        (source / f"{'t2' if first else 'adc'}/1.nii.gz").unlink()
    names = ("T2 (0)", "ADC (1)") if first else ("ADC (1)", "T2 (0)")
    problems = {case.id: case.problem for case in find_cases(data, source) if case.problem}
    assert list(problems) == [id]
    wanted = f"volume {id} must have a file of channel {names[0]}, got {names[1]} alone"
    assert problems[id].endswith(wanted)


@pytest.mark.parametrize("write", [write_nnunet, write_decathlon])
@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (["ADC"], r"among its channels T2 \(0\), ADC \(1\), got ADC \(0\); write ADC: 1$"),
        (["T2", "DWI"], r"dataset.json: data.channels must be among .* got DWI \(1\)$"),
        ([0, 2], r"got 2 \(2\)$"),
    ],
)
def test_names_are_those_of_the_index(tmp_path, write, channels, message):
    with pytest.raises(DataError, match=message):
        find_cases(settings(channels), write(tmp_path))


def test_numbers_and_any_case_of_letters_name_channels(tmp_path):
    source = write_nnunet(tmp_path, count=1)
    assert find_cases(settings([0, 1]), source) == find_cases(settings(["t2", "adc"]), source)
