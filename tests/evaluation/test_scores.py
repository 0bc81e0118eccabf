import math
from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.scores import evaluation_folder, read_scores
from tests.evaluation.comparison.evaluated import NAN, evaluated, run_of


@pytest.mark.parametrize("unit", ["mm", "px"])
def test_scores_are_read_as_the_evaluation_wrote_them(tmp_path: Path, unit: str) -> None:
    run = evaluated(run_of(tmp_path, "a"), {"015": (0.5, NAN)}, hd95=(2.5, NAN), unit=unit)
    found = read_scores(evaluation_folder(run.path, "test"))
    assert found.dice["015"]["heart"] == 0.5 and math.isnan(found.dice["015"]["wall"])
    assert found.hd95["015"]["heart"] == 2.5 and math.isnan(found.hd95["015"]["wall"])
    assert found.unit == unit


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"rows": [{"volume": "a"}]}')
    with pytest.raises(DataError, match=r"metrics.json: rows.0: must hold name, dice"):
        read_scores(tmp_path)
    (tmp_path / "metrics.json").write_text('{"rows": []}')
    with pytest.raises(DataError, match=r"metrics.json: rows: .* at least 1 item"):
        read_scores(tmp_path)
