from pathlib import Path

import pytest

from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.comparison import compare_runs
from tests.evaluation.comparison.evaluated import NAN, evaluated, run_of

SCORES = {"015": (0.5, 0.7), "016": (0.6, 0.8)}


def test_differences_per_class_and_of_the_mean(tmp_path: Path) -> None:
    before, after = run_of(tmp_path, "a"), run_of(tmp_path, "b")
    evaluated(before, SCORES)
    evaluated(after, {"016": (0.8, 0.8), "015": (0.7, 0.7)}, hd95=3.0)
    found = compare_runs([before], [after])
    assert found.find("dice", "heart").difference == pytest.approx(0.2)
    assert found.find("dice", "wall").difference == pytest.approx(0)
    mean = found.find("dice")
    assert (mean.baseline, mean.candidate) == pytest.approx((0.65, 0.75))
    assert (mean.low, mean.high) == pytest.approx((0.1, 0.1))
    assert found.find("hd95").difference == pytest.approx(-2)
    assert found.dice == (pytest.approx((0.65, 0.75)),)


def test_a_mean_distance_is_over_classes_that_have_one_in_both_runs(tmp_path: Path) -> None:
    before, after = run_of(tmp_path, "a"), run_of(tmp_path, "b")
    evaluated(before, SCORES, hd95=(4.0, 20.0))
    evaluated(after, SCORES, hd95=(5.0, NAN))
    found = compare_runs([before], [after])
    assert (found.find("hd95").baseline, found.find("hd95").candidate) == (4.0, 5.0)
    assert "HD95: 2 of 4 scores of a class in a volume are undefined" in found.table()


def test_pairs_may_be_measured_on_different_volumes(tmp_path: Path) -> None:
    runs = {
        name: run_of(tmp_path, name, train=[f"00{name[1]}"]) for name in ("a1", "a2", "b1", "b2")
    }
    for name, volume, dice in (
        ("a1", "015", 0.5),
        ("b1", "015", 0.6),
        ("a2", "016", 0.1),
        ("b2", "016", 0.4),
    ):
        evaluated(runs[name], {volume: (dice, dice)})
    found = compare_runs([runs["a1"], runs["a2"]], [runs["b1"], runs["b2"]])
    assert found.volumes == ("015", "016")
    assert found.find("dice").difference == pytest.approx(0.2)
    assert "undefined" not in found.table()


def test_what_is_not_alike_is_refused(tmp_path: Path) -> None:
    before = evaluated(run_of(tmp_path, "a"), SCORES)
    other = run_of(tmp_path, "b c")
    with pytest.raises(DataError, match=r"first: dscl-tf evaluate --run '.*b c' --split test$"):
        compare_runs([before], [other])
    evaluated(other, {"015": (0.5, 0.7), "017": (0.5, 0.7)})
    with pytest.raises(DataError, match="the same volumes, got 016, 017 in one alone"):
        compare_runs([before], [other])
    classes = evaluated(run_of(tmp_path, "c"), SCORES, classes=("heart", "lung"))
    with pytest.raises(
        DataError, match=r"c: must have the classes of .*a, heart, wall, got heart, lung"
    ):
        compare_runs([before], [classes])
    pixels = evaluated(run_of(tmp_path, "d"), SCORES, unit="px")
    with pytest.raises(DataError, match=r"d: must measure distances in mm as .*a does, got px"):
        compare_runs([before], [pixels])
    with pytest.raises(UsageError, match="`split`: must be validation or test, got train"):
        compare_runs([before], [other], "train")


def test_the_table_says_what_it_does_not_show(tmp_path: Path) -> None:
    before = evaluated(run_of(tmp_path, "a"), SCORES)
    after = evaluated(run_of(tmp_path, "b"), {"015": (0.7, 0.6), "016": (0.8, 0.9)})
    text = compare_runs([before], [after]).table()
    assert "1 pair of runs, by training volumes and seed; 2 test volumes." in text
    assert "With one pair the interval is over volumes alone" in text
    assert "contains 0: Dice, wall; HD95 mm, heart; HD95 mm, wall; HD95 mm, mean." in text
    assert text.splitlines()[2].split()[-3:] == ["0.650", "0.750", "+0.100"]


def test_pairs_by_combination_are_said_to_differ_in_training_volumes(tmp_path: Path) -> None:
    before = evaluated(run_of(tmp_path, "a", train=["001"]), SCORES)
    after = evaluated(run_of(tmp_path, "b", train=["001", "002"]), SCORES)
    assert "Runs of a pair differ in training volumes" in compare_runs([before], [after]).table()


def test_json_has_no_nan(tmp_path: Path) -> None:
    before = evaluated(run_of(tmp_path, "a"), {"015": (0.5, NAN)}, split="validation")
    after = evaluated(run_of(tmp_path, "b"), {"015": (0.6, NAN)}, split="validation")
    found = compare_runs([before], [after], "validation").to_dict()
    assert found["differences"][1]["difference"] is None
    assert found["differences"][2]["low"] is None  # of a single score
    assert (found["resamples"], found["pairs"][0]["candidate"]) == (10_000, str(after.path))
