"""`dscl-tf compare`: whether one group of fine-tuned runs is better than another."""

import json
from pathlib import Path

from dscl_tf.cli.several import repeated
from tests.evaluation.comparison.evaluated import evaluated, run_of


def test_groups_of_runs_are_compared_and_mistakes_are_one_line(invoke, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name, gain in (("a", 0.0), ("b", 0.1)):
        for seed in (1, 2):
            run = run_of(runs, f"{name}{seed}", seed=seed)
            evaluated(run, {"015": (0.5 + gain, 0.5), "016": (0.6 + gain, 0.6)})
    groups = ["--baseline", "a1", "a2", "--candidate", "b2", "--candidate", "runs/b1"]
    result = invoke("compare", *groups)
    assert (result.status, result.err) == (0, "")
    assert "2 pairs of runs, by training volumes and seed; 2 test volumes." in result.out
    found = json.loads(invoke("compare", *groups, "--json").out)
    assert [pair["name"] for pair in found["pairs"]] == ["001, seed 1", "001, seed 2"]
    assert found["differences"][2]["shown"]
    missing = invoke("compare", *groups, "--split", "validation")
    missing.assert_one_line_error(1, "evaluate --run runs/a1 --split validation")
    twice = invoke("compare", "--baseline", "a1", "--candidate", "a1")
    twice.assert_one_line_error(2, "--baseline and --candidate: must name different runs")
    invoke("compare", "--baseline", "a1").assert_one_line_error(2, "'--candidate'")
    nothing = invoke("compare", "--baseline", "--candidate", "b1")
    nothing.assert_one_line_error(2, "Option '--baseline' requires an argument")
    nothing = invoke("compare", "--baseline", "a1", "--candidate", "--split=test")
    nothing.assert_one_line_error(2, "Option '--candidate' requires an argument")
    nothing = invoke("compare", "--baseline", "a1", "--candidate")
    nothing.assert_one_line_error(2, "Option '--candidate' requires an argument")
    unknown = invoke("compare", "--baseline", "a1", "--candidate", "x")
    unknown.assert_one_line_error(1, "x: no such run in runs")
    invoke("compare", *groups, "--json", "c").assert_one_line_error(2, "argument (c)")


def test_a_further_value_belongs_to_the_option_before_it() -> None:
    given = ["--a", "1", "2", "--runs", "x", "--a", "3", "--flag", "y"]
    assert repeated(given, {"--a"}) == [
        *("--a", "1", "--a", "2", "--runs", "x", "--a", "3", "--flag", "y"),
    ]
