import re

import pytest

from dscl_tf.data.layouts import find_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.pictures import write_tree

DATA = settings(layout="cityscapes")


def test_pictures_have_the_masks_of_train_and_val(tmp_path):
    write_tree(tmp_path)
    (tmp_path / "gtFine/train/ulm/ulm_0_5_gtFine_labelIds.png").unlink()
    cases = {case.id: case for case in find_cases(DATA, tmp_path)}
    assert list(cases) == ["bonn_0_0", "bonn_0_1", "essen_0_0", *(f"ulm_0_{n}" for n in range(6))]
    assert cases["bonn_0_1"] == Case(
        "bonn_0_1",
        tmp_path / "leftImg8bit/val/bonn/bonn_0_1_leftImg8bit.png",
        tmp_path / "gtFine/val/bonn/bonn_0_1_gtFine_labelIds.png",
    )
    assert [id for id, case in cases.items() if not case.mask] == ["essen_0_0", "ulm_0_5"]


def test_a_source_without_pictures_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a folder .* got no such folder$"):
        find_cases(DATA, tmp_path / "absent")
    wanted = "must hold leftImg8bit/{train,val,test}/CITY/*_leftImg8bit.png, got none"
    with pytest.raises(DataError, match=f"^{re.escape(f'{tmp_path}: {wanted}')}$"):
        find_cases(DATA, tmp_path)
