import json
import re

import pytest

from dscl_tf.config.files import load_config
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.msd import find_msd_cases
from dscl_tf.errors import DataError
from tests.data.layouts.files import touch


def data_set(folder, training=(), test=(), **more):
    """A Decathlon data set: names listed as `training` and `test`, and their files."""
    index = {
        "training": [{"image": f"./imagesTr/{x}", "label": f"./labelsTr/{x}"} for x in training],
        "test": [f"./imagesTs/{x}" for x in test],
        **more,
    }
    for parts, names in ((("imagesTr", "labelsTr"), training), (("imagesTs",), test)):
        touch(folder, *(f"{part}/{name}" for part in parts for name in names))
    (folder / "dataset.json").write_text(json.dumps(index))
    return folder


def test_listed_volumes_are_found_with_masks_and_without(tmp_path):
    data_set(tmp_path, ["p_00.nii.gz"], ["p_01.nii.gz"], modality={"0": "T2", "1": "ADC"})
    assert find_msd_cases(tmp_path) == [
        Case("p_00", tmp_path / "imagesTr/p_00.nii.gz", tmp_path / "labelsTr/p_00.nii.gz"),
        Case("p_01", tmp_path / "imagesTs/p_01.nii.gz", None),
    ]


def test_files_that_macos_leaves_are_no_data(tmp_path):
    data_set(tmp_path, ["p_00.nii.gz", "._p_00.nii.gz"], ["._p_01.nii.gz"])
    assert [case.id for case in find_msd_cases(tmp_path)] == ["p_00"]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ({"training": [], "test": []}, "must list volumes under training or test, got none"),
        ({"training": [{"image": "a.nii"}]}, "must be a Decathlon data set's index, got KeyError"),
        ([], "must be a Decathlon data set's index"),
        ({"test": ["./a.nii", "a.nii"]}, "must list each file once, got twice a.nii"),
        (
            {"training": [{"image": "a.nii", "label": "m"}, {"image": "b.nii", "label": "m"}]},
            "must list each file once, got twice m",
        ),
    ],
)
def test_a_wrong_index_is_named(tmp_path, index, message):
    touch(tmp_path, "a.nii", "b.nii", "m")
    (tmp_path / "dataset.json").write_text(json.dumps(index))
    with pytest.raises(DataError, match=f"^{re.escape(str(tmp_path))}/dataset.json: {message}"):
        find_msd_cases(tmp_path)


def test_a_listed_file_that_is_missing_is_named(tmp_path):
    (data_set(tmp_path, ["p_00.nii.gz"]) / "labelsTr/p_00.nii.gz").unlink()
    problem = find_msd_cases(tmp_path)[0].problem
    assert problem.endswith("labelsTr/p_00.nii.gz: dataset.json lists it, got no such file")


def test_the_published_split_names_volumes_as_the_layout_does(tmp_path):
    without_masks = {3, 5, 8, 9, 11, 12, 15, 19, 22, 23, 26, 27, 30, 33, 36, 45}
    names = {number: f"prostate_{number:02d}.nii.gz" for number in range(48)}
    training = [name for number, name in names.items() if number not in without_masks]
    data_set(tmp_path, training, [names[number] for number in without_masks])
    labelled = {case.id for case in find_msd_cases(tmp_path) if case.mask}
    splits = load_config("prostate").splits
    assert {*splits.unlabelled, *splits.test} == labelled
    for combinations in splits.labelled.values():
        for combination in combinations.values():
            assert {*combination.train, *combination.validation} <= labelled
