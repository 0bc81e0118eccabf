import json
import re
import unicodedata

import pytest

from dscl_tf.config.files import load_config
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.msd import find_msd_cases
from dscl_tf.data.layouts.msd_index import read_msd_index
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


def index_of(folder, **lists):
    """A data set whose `dataset.json` holds these lists, with empty files."""
    touch(folder, "i/a.nii", "i/b.nii", "l/a.nii", "l/b.nii")
    (folder / "dataset.json").write_text(json.dumps(lists))
    return folder


A, B = {"image": "i/a.nii", "label": "l/a.nii"}, {"image": "i/b.nii", "label": "l/b.nii"}


@pytest.mark.parametrize(
    ("lists", "labelled"),
    [
        ({"training": [A], "validation": [B]}, {"a": True, "b": True}),
        ({"training": [A], "test": [{"image": "i/b.nii"}]}, {"a": True, "b": False}),
        ({"training": [A], "test": [B]}, {"a": True, "b": True}),
        ({"training": [A, B], "validation": [B]}, {"a": True, "b": True}),
        ({"training": [A, B], "test": ["./i/b.nii"]}, {"a": True, "b": True}),
        ({"training": [{"image": ["i/a.nii"], "label": ["l/a.nii"]}]}, {"a": True}),
        ({"training": [A, {"image": "i/b.nii"}]}, {"a": True, "b": False}),
        ({"training": [A, {"image": "i/b.nii", "label": None}]}, {"a": True, "b": False}),
    ],
)
def test_every_form_of_an_entry_is_read(tmp_path, lists, labelled):
    cases = find_msd_cases(index_of(tmp_path, **lists))
    assert {case.id: case.mask is not None for case in cases} == labelled
    assert not any(case.problem for case in cases)


def test_lists_that_are_not_read_are_counted(tmp_path):
    index = read_msd_index(index_of(tmp_path, training=[A], validation=[B], extra=[1, 2]))
    assert (index.read, index.unread) == ({"training": 1, "validation": 1}, {"extra": 2})


def test_a_byte_order_mark_is_no_part_of_the_index(tmp_path):
    text = index_of(tmp_path, training=[A]).joinpath("dataset.json").read_text()
    (tmp_path / "dataset.json").write_text(text, encoding="utf-8-sig")
    assert [case.id for case in find_msd_cases(tmp_path)] == ["a"]


def test_names_of_version_1_of_nnu_net_lack_the_channel(tmp_path):
    touch(tmp_path, "i/c_0000.nii.gz", "l/c.nii.gz")
    index_of(tmp_path, training=[{"image": "i/c.nii.gz", "label": "l/c.nii.gz"}])
    assert find_msd_cases(tmp_path) == [
        Case("c", tmp_path / "i/c_0000.nii.gz", tmp_path / "l/c.nii.gz")
    ]
    (case,) = find_msd_cases(tmp_path, channel=1)  # the first file is not taken for the second
    assert case.problem.endswith("has 1 channel, data.channel must be in 0 to 0, got 1")
    touch(tmp_path, "i/c_0001.nii.gz")
    assert find_msd_cases(tmp_path, channel=1)[0].image.name == "c_0001.nii.gz"
    (case,) = find_msd_cases(tmp_path)
    assert case.problem.endswith("has 2 channels, data.channel must be in 0 to 1, got none")


def test_a_name_is_found_in_another_unicode_form(tmp_path):
    touch(tmp_path, unicodedata.normalize("NFD", "i/M\u00fcller.nii"))
    (case,) = find_msd_cases(index_of(tmp_path, test=["i/M\u00fcller.nii"]))
    assert case.problem is None and case.image.exists()


def test_files_that_macos_leaves_are_no_data(tmp_path):
    data_set(tmp_path, ["p_00.nii.gz", "._p_00.nii.gz"], ["._p_01.nii.gz"])
    assert [case.id for case in find_msd_cases(tmp_path)] == ["p_00"]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ({"training": [], "test": []}, "must list volumes under training, validation or test, got"),
        ({"training": [{"label": "m"}]}, "each volume in training must name its image, got .*m"),
        ({"training": {"image": "a.nii"}}, "training must be a list of volumes, got .*a.nii"),
        ({"training": [{"image": 3}]}, "must name files by their paths, got .*3.* in training"),
        ({"test": [{"image": "a.nii", "label": ["m", "n"]}]}, "must name files by their paths"),
        ([], "must be a Decathlon data set's index, got list"),
        (
            {"training": [{"image": "a.nii", "label": "m"}], "test": ["m"]},
            "must list each file once, got twice m",
        ),
        (
            {
                "training": [{"image": "a.nii", "label": "m"}],
                "validation": [{"image": "a.nii", "label": "b.nii"}],
            },
            "must name one mask for a.nii, got m and b.nii",
        ),
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
