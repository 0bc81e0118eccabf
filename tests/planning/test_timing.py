"""Expected minutes."""

from pathlib import Path

import pytest

from dscl_tf.planning import plan_folder
from dscl_tf.planning.timing import expected_minutes
from tests.planning.scans import write_folder


@pytest.mark.slow
def test_every_stage_has_its_minutes(tmp_path: Path, caplog) -> None:
    config = plan_folder(write_folder(tmp_path), "mine").config
    minutes = expected_minutes(config)
    assert tuple(minutes) == config.stages
    assert min(minutes.values()) > 0
    assert not [record for record in caplog.records if record.name.startswith("dscl_tf")]
