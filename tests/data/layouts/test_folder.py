import re
import unicodedata

import pytest

from dscl_tf.config import Folder
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.folder import find_folder_cases
from dscl_tf.errors import DataError
from tests.data.layouts.files import touch


def found(source, images, masks=None):
    """Ids, and the names of image and mask."""
    cases = find_folder_cases(source, Folder(images=images, masks=masks))
    return {
        case.id: (case.image.name, case.mask.name if case.mask else None)
        for case in sorted(cases, key=lambda case: case.id)
    }


def test_images_and_masks_are_joined_by_id(tmp_path):
    touch(tmp_path, "images/a.nii.gz", "images/b.nii.gz", "images/notes.txt", "masks/a_seg.nii.gz")
    folder = Folder(images="images/{id}.nii.gz", masks="masks/{id}_seg.nii.gz")
    assert find_folder_cases(tmp_path, folder) == [
        Case("a", tmp_path / "images/a.nii.gz", tmp_path / "masks/a_seg.nii.gz"),
        Case("b", tmp_path / "images/b.nii.gz", None),
    ]


@pytest.mark.parametrize(
    ("images", "name", "id"),
    [
        ("{id}/anat/*_T1w.nii", "sub-01/anat/ses-2_T1w.nii", "sub-01"),
        ("{id}/{id}_t2.nii", "p1/p1_t2.nii", "p1"),
        ("{id}/{id}_t2.nii", "p1/p2_t2.nii", None),
        ("{id}.nii", "a/b.nii", None),
        ("*/{id}.nii", "b.nii", None),
        ("*{id}*.nii", "b.nii", "b"),
        ("{id}*.nii", "b_1.nii", "b_1"),
        ("t1*{id}.nii", "t1.nii", None),
        ("[x]?({id}).nii", "[x]?(7).nii", "7"),
        ("{id}.nii", "aXnii", None),
        ("{id}.nii", "._a.nii", None),
        ("{id}.nii", ".nii", None),
    ],
)
def test_the_rules_of_patterns(tmp_path, images, name, id):
    touch(tmp_path, name)
    if id is None:
        with pytest.raises(DataError, match=f"must hold images {re.escape(images)}, got none$"):
            found(tmp_path, images)
    else:
        assert list(found(tmp_path, images)) == [id]


@pytest.mark.parametrize(
    ("images", "masks", "names"),
    [
        ("{id}.nii", "{id}_seg.nii", ("a.nii", "a_seg.nii")),
        ("{id}_t1.nii", "{id}.nii", ("a_t1.nii", "a.nii")),
    ],
)
def test_a_file_that_fits_both_patterns_belongs_to_the_longer(tmp_path, images, masks, names):
    touch(tmp_path, *names)
    assert found(tmp_path, images, masks) == {"a": names}


def test_masks_without_an_image_are_named(tmp_path):
    touch(tmp_path, "i/a.nii", "m/a.nii", "m/b.nii", "m/c.nii")
    cases = find_folder_cases(tmp_path, Folder(images="i/{id}.nii", masks="m/{id}.nii"))
    problems = [(case.id, case.problem) for case in cases if case.problem]
    rule = "a mask must have an image, got none"
    assert problems == [(id, f"{tmp_path}/m/{id}.nii: {rule}") for id in ("b", "c")]


@pytest.mark.parametrize("masks", [None, "s1/{id}.nii"])
def test_two_files_for_one_id_are_named(tmp_path, masks):
    touch(tmp_path, "s1/a.nii", "s2/a.nii")
    with pytest.raises(DataError, match=r"s2/a.nii: one file per volume id, got .*s1/a.nii for a"):
        found(tmp_path, "*/{id}.nii", masks and "x*/{id}.nii")


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be the data set's folder, got no such"):
        found(tmp_path / "absent", "{id}.nii")


@pytest.mark.parametrize("images", ["{id}.nii", "*.nii/{id}.nii"])
def test_a_masks_pattern_that_fits_no_file_is_an_error(tmp_path, images):
    touch(tmp_path, "a.nii", "x.nii/a.nii")
    with pytest.raises(DataError, match=r"data.folder.masks \{id\}_seg.nii must fit at least one"):
        found(tmp_path, images, "{id}_seg.nii")


def test_ids_are_compared_in_one_unicode_form(tmp_path):
    decomposed, composed = (unicodedata.normalize(f, "M\u00fcller") for f in ("NFD", "NFC"))
    touch(tmp_path, f"i/{decomposed}.nii", f"m/{composed}.nii", f"{decomposed}/b.nii")
    cases = find_folder_cases(tmp_path, Folder(images="i/{id}.nii", masks="m/{id}.nii"))
    assert [(case.id, case.problem) for case in cases] == [(composed, None)]
    assert cases[0].mask
    assert list(found(tmp_path, f"{composed}/{{id}}.nii")) == ["b"]
