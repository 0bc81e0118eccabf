import json

from dscl_tf.config import Folder
from dscl_tf.data.layouts import find_cases, supply_of
from tests.data.files import settings
from tests.data.layouts.files import touch


def supply(source, data):
    return supply_of(find_cases(data, source), data, source)


def test_files_that_belong_to_no_volume_are_counted(tmp_path):
    touch(tmp_path, "a.nii", "b.NII.GZ", "a_seg.nii", "x/c.nrrd", "notes.txt", "._a.nii")
    data = settings(layout="folder", folder=Folder(images="{id}.nii", masks="{id}_seg.nii"))
    found = supply(tmp_path, data)
    assert (found.images, found.masks, found.unused_files) == (1, 1, 2)
    assert found.examples == ("b.NII.GZ", "x/c.nrrd")


def test_the_other_half_of_a_pair_is_used(tmp_path):
    touch(tmp_path, "a.img", "a.hdr", "b.hdr")
    data = settings(layout="folder", folder=Folder(images="{id}.img"))
    assert supply(tmp_path, data).examples == ("b.hdr",)


def test_lists_of_an_index_are_counted(tmp_path):
    touch(tmp_path, "a.nii", "b.nii")
    index = {"training": [{"image": "a.nii"}], "validation": [], "mine": [1, 2]}
    (tmp_path / "dataset.json").write_text(json.dumps(index))
    found = supply(tmp_path, settings(layout="msd"))
    assert found.entries_read == {"training": 1, "validation": 0}
    assert (found.entries_unread, found.examples) == ({"mine": 2}, ("b.nii",))
