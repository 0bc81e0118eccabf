"""Plans of pictures."""

from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.planning import Wishes, plan_folder
from dscl_tf.planning.machine import Machine
from dscl_tf.planning.sources import find_source
from tests.data.pictures import write_tree


def test_the_own_part_for_validation_is_the_test(tmp_path: Path) -> None:
    write_tree(tmp_path)
    plan = plan_folder(tmp_path, "street", Wishes(), Machine(2))
    config = plan.config
    assert (config.model.channels, config.data.intensity_range) == (3, (0, 255))
    assert config.pretrain_global.strategy == "GR"
    assert {id.split("_")[0] for id in config.splits.test} == {"bonn"}
    assert "road" in config.data.classes.values()


def test_pictures_in_another_tree_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(DataError, match="pictures must lie in a tree like that of Cityscapes"):
        find_source(tmp_path)
