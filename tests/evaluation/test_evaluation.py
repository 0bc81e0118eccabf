from pathlib import Path

import numpy as np
import pytest

from dscl_tf.evaluation.evaluation import collect
from tests.evaluation.volumes import measured


def test_scores_are_collected_and_logged_as_volumes_come(lines: list[str]) -> None:
    volumes = (measured(name, voxels) for name, voxels in (("a", 1), ("b", 3)))
    evaluation = collect(volumes, 2, {"runs": ["r"]}, "mm")
    assert lines[:2] == ["a: Dice 1.000 (1/2)", "b: Dice 0.500 (2/2)"]
    assert evaluation.speed is not None and lines[2:] == [evaluation.speed.line()]
    assert evaluation.speed.volumes == 2 and "speed" not in evaluation.to_dict()
    assert evaluation.dice == pytest.approx(0.75)
    assert [volume for volume, _ in evaluation.rows] == ["a", "b"]
    assert "uncertainty" not in evaluation.summary
    assert (evaluation.directory, evaluation.report) == (None, None)


def test_uncertainties_are_averaged_where_there_are_any() -> None:
    means = {"right": 0.1, "wrong": 0.5}, {"right": 0.3, "wrong": np.nan}
    volumes = (measured(name, 1, mean_uncertainty=of) for name, of in zip("ab", means, strict=True))
    uncertainty = collect(volumes, 2, {}, "mm").summary["uncertainty"]
    assert (uncertainty["right"], uncertainty["wrong"]) == (pytest.approx(0.2), 0.5)


def test_its_table_and_dictionary_have_its_unit() -> None:
    evaluation = collect(iter([measured("a", 1)]), 1, {"runs": ["r"]}, "px")
    assert "HD95 px" in evaluation.table()
    tree = evaluation.to_dict()
    assert tree["prediction"] == {"runs": ["r"]} and "hd95_px" in tree["summary"]


def test_the_report_lies_in_the_directory() -> None:
    evaluation = collect(iter([measured("a", 1)]), 1, {}, "mm")
    written = type(evaluation)(evaluation.rows, evaluation.summary, {}, "mm", Path("out"))
    assert written.report == Path("out/report.html")
