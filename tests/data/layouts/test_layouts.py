import json

import pytest

from dscl_tf.data.layouts import LAYOUTS, find_cases
from dscl_tf.errors import DataError, UsageError


def test_an_unknown_layout_is_an_error_that_lists_the_known(tmp_path):
    with pytest.raises(
        UsageError, match=r"layout: must be one of acdc, msd, phantom, got 'dicom'$"
    ):
        find_cases("dicom", tmp_path)


def test_every_layout_of_the_configuration_has_a_reader():
    from typing import get_args

    from dscl_tf.config import Data

    assert set(get_args(Data.model_fields["layout"].annotation)) == set(LAYOUTS)


def test_a_folder_that_cannot_be_listed_is_one_line(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setitem(LAYOUTS, "acdc", refuse)
    with pytest.raises(DataError, match=f"^{tmp_path}: cannot be read: Permission denied$"):
        find_cases("acdc", tmp_path)


@pytest.mark.parametrize("name", [5, "", ["a.nii.gz"], {"image": "a.nii.gz"}])
def test_a_decathlon_index_names_files(tmp_path, name):
    (tmp_path / "dataset.json").write_text(json.dumps({"test": [name]}))
    with pytest.raises(DataError, match=r"dataset.json: must name files by their paths, got "):
        find_cases("msd", tmp_path)
