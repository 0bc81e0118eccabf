from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.reproduce.state import dice_on_test, is_finished, open_started
from tests.reproduce.run_files import write_evaluation, write_record


def test_what_is_not_there_is_neither_started_nor_finished(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "absent"):
        assert open_started(directory) is None and not is_finished(directory)
        assert dice_on_test(directory, ("1",)) is None


@pytest.mark.parametrize(("status", "finished"), [("running", False), ("finished", True)])
def test_a_run_that_began_is_opened(tmp_path: Path, status: str, finished: bool) -> None:
    write_record(tmp_path, status=status)
    assert open_started(tmp_path) is not None and is_finished(tmp_path) == finished


@pytest.mark.parametrize("record", ['{"status": ', '{"status": "finished"}', "[]"])
def test_a_damaged_record_is_named(tmp_path: Path, record: str) -> None:
    (tmp_path / "run.json").write_text(record)
    with pytest.raises(DataError, match=r"run\.json: must (be JSON|hold)"):
        is_finished(tmp_path)


def test_the_dice_is_that_of_just_these_volumes(tmp_path: Path) -> None:
    write_evaluation(tmp_path, ["1", "2"], dice=0.5)
    assert dice_on_test(tmp_path, ("2", "1")) == 0.5
    assert dice_on_test(tmp_path, ("1",)) is None


@pytest.mark.parametrize("metrics", ["{", "[]", '{"rows": [{"volume": "1"}], "summary": {}}'])
def test_a_damaged_evaluation_is_named(tmp_path: Path, metrics: str) -> None:
    (tmp_path / "evaluation-test").mkdir()
    (tmp_path / "evaluation-test" / "metrics.json").write_text(metrics)
    with pytest.raises(DataError, match=r"metrics\.json: must be the metrics"):
        dice_on_test(tmp_path, ("1",))
