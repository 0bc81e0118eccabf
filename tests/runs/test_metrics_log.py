from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.runs.metrics_log import MetricsLog, read_metrics


def row(step: int, dice: float | None = None) -> dict[str, float | None]:
    return {
        "step": step,
        "loss": 1 / step,
        "learning_rate": 1e-3,
        "seconds_per_step": 0.3,
        "validation_dice": dice,
    }


def test_rows_are_read_back_exactly(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path, 6)
    rows = [row(3), row(6, 0.1 + 0.2)]
    for entry in rows:
        log.add(entry)
    assert read_metrics(tmp_path / "metrics.csv") == rows
    assert list((tmp_path / "tensorboard").iterdir())
    assert read_metrics(tmp_path / "nothing.csv") == []


def test_further_columns_may_appear_later(tmp_path: Path, lines) -> None:
    log = MetricsLog(tmp_path, 6)
    log.add(row(3))
    log.add({**row(6), "cosine_margin": 0.25, "partition_retrieval": 0.5})
    first, second = read_metrics(tmp_path / "metrics.csv")
    assert first == {**row(3), "cosine_margin": None, "partition_retrieval": None}
    assert second == {**row(6), "cosine_margin": 0.25, "partition_retrieval": 0.5}
    assert "margin 0.250  retrieval 0.500  0.0 min left" in lines[1]


def test_resume_forgets_the_rows_after_the_checkpoint(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path, 9)
    for step in (3, 6):
        log.add(row(step))
    again = MetricsLog(tmp_path, 9)
    again.resume(3)
    again.add(row(6, 0.5))
    assert read_metrics(tmp_path / "metrics.csv") == [row(3), row(6, 0.5)]


@pytest.mark.parametrize(
    ("dice", "line"),
    [
        (None, "step 100/300  loss 0.0100  0.300 s/step  1.0 min left"),
        (0.25, "step 100/300  loss 0.0100  0.300 s/step  validation Dice 0.250  1.0 min left"),
    ],
)
def test_the_line_tells_the_state_and_the_time_left(
    tmp_path: Path, dice: float | None, line: str, lines
) -> None:
    MetricsLog(tmp_path, 300).add(row(100, dice))
    assert lines == [line]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,loss\n1,half a numb")
    with pytest.raises(DataError, match=r"metrics\.csv: cannot be read: .*half a numb"):
        read_metrics(tmp_path / "metrics.csv")


def test_columns_of_some_stages_follow_and_survive_a_resume(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path, 9)
    rows = [{**row(3), "loss_local": 2.0}, {**row(6), "loss_local": 1.5}]
    for entry in rows:
        log.add(entry)
    again = MetricsLog(tmp_path, 9)
    again.resume(3)
    again.add(rows[1])
    assert read_metrics(tmp_path / "metrics.csv") == rows


def test_the_line_shows_the_classes_beside_their_mean(tmp_path: Path, lines) -> None:
    scores = {"validation_dice_1": 0.5, "validation_dice_2": None, "validation_dice_3": 0.875}
    MetricsLog(tmp_path, 300).add({**row(100, 0.625), **scores})
    assert "  validation Dice 0.625 (0.50 - 0.88)  1.0 min left" in lines[0]
