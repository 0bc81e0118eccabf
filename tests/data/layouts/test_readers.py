import json
from typing import get_args

import pytest

from dscl_tf.config import Layout
from dscl_tf.data.layouts import LAYOUTS, find_cases
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.layouts.files import touch


def test_every_layout_of_the_configuration_has_a_reader():
    assert set(get_args(Layout)) == set(LAYOUTS)


def test_cases_are_sorted_by_id_and_found_as_the_configuration_says(tmp_path):
    touch(tmp_path, "b/a.nii", "a/b.nii", "c.nii")
    data = settings(layout="folder", folder={"images": "*/{id}.nii"})
    assert [case.id for case in find_cases(data, tmp_path)] == ["a", "b"]


def test_the_layouts_of_files_per_channel_are_told_which(tmp_path):
    touch(tmp_path, "imagesTr/a_0000.nii", "imagesTr/a_0001.nii", "labelsTr/a.nii")
    index = '{"channel_names": {"0": "T1", "1": "T2"}, "numTraining": 1, "file_ending": ".nii"}'
    (tmp_path / "dataset.json").write_text(index)
    for layout in ("msd", "prostate"):
        (case,) = find_cases(settings(layout=layout, channel=1), tmp_path)
        assert (case.id, case.image.name) == ("a", "a_0001.nii")


def test_a_folder_that_cannot_be_listed_is_one_line(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setitem(LAYOUTS, "acdc", refuse)
    with pytest.raises(DataError, match=f"^{tmp_path}: cannot be read: Permission denied$"):
        find_cases(settings(layout="acdc"), tmp_path)


@pytest.mark.parametrize("name", [5, "", [], ["a.nii.gz", 5], {"image": ["a.nii.gz", ""]}])
def test_a_decathlon_index_names_files(tmp_path, name):
    (tmp_path / "dataset.json").write_text(json.dumps({"test": [name]}))
    with pytest.raises(DataError, match=r"dataset.json: must name files by their paths, got "):
        find_cases(settings(layout="msd"), tmp_path)


def test_an_id_that_is_no_name_is_a_problem_of_its_volume(tmp_path):
    touch(tmp_path, "a\n.nii", "b.nii")
    bad, good = find_cases(settings(layout="folder", folder={"images": "{id}.nii"}), tmp_path)
    assert (good.id, good.problem) == ("b", None)
    assert bad.id == "a_" and bad.problem.endswith(r"a name must hold no '\n', got 'a\n'")
