from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.export.versions import new_version


def write(directory, version=2, format="saved_model"):
    with new_version(directory, version, format) as saved:
        (saved / "written").touch()


@pytest.fixture
def served(tmp_path):
    """A folder with version 1 as a SavedModel."""
    (tmp_path / "heart" / "1").mkdir(parents=True)
    (tmp_path / "heart" / "1" / "saved_model.pb").touch()
    return tmp_path / "heart"


def test_a_version_goes_beside_others_and_beside_what_is_being_written(served):
    (served / ".3.abc.tmp").mkdir()
    write(served)
    assert sorted(path.name for path in served.iterdir()) == [".3.abc.tmp", "1", "2"]


def test_an_empty_folder_becomes_a_models(tmp_path):
    write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["2"]


@pytest.mark.parametrize("name", ["notes.txt", "1a", "-1", ".hidden", "2.tmp"])
def test_a_folder_of_other_things_is_refused_and_untouched(served, name):
    (served / name).touch()
    with pytest.raises(DataError, match=rf"heart: must be a new folder .* got {name} in it"):
        write(served)
    assert sorted(path.name for path in served.iterdir()) == sorted(["1", name])


def test_the_root_is_refused():
    with pytest.raises(DataError, match=r"^/: must be a new folder or hold exported versions"):
        write(Path("/"))


def test_folders_with_numbers_for_names_that_hold_no_export_are_refused(tmp_path):
    (tmp_path / "007").mkdir()
    (tmp_path / "007" / "image.nii").touch()
    with pytest.raises(DataError, match="got 007 in it"):
        write(tmp_path)


def test_a_file_with_a_number_for_a_name_is_refused(served):
    (served / "7").touch()
    with pytest.raises(DataError, match="got 7 in it"):
        write(served)


def test_versions_of_two_formats_are_not_mixed(served):
    message = "must hold versions of one format, got saved_model in 1 beside a new one in litert"
    with pytest.raises(DataError, match=message):
        write(served, format="litert")
    assert [path.name for path in served.iterdir()] == ["1"]


def test_a_version_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), new_version(tmp_path / "heart", 1):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
