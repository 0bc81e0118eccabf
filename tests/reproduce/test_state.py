from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.reproduce.state import dice_on_test, is_finished, is_started, made_from


def test_what_is_not_there_is_neither_started_nor_finished(tmp_path: Path) -> None:
    assert not is_started(tmp_path) and not is_finished(tmp_path)
    assert made_from(tmp_path) is None and dice_on_test(tmp_path, ("1",)) is None


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"status": ')
    with pytest.raises(DataError, match=r"run\.json: not valid JSON"):
        is_finished(tmp_path)
