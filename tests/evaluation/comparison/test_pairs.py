from pathlib import Path

import pytest

from dscl_tf.errors import UsageError
from dscl_tf.evaluation.comparison.pairs import ALONE, pair_runs
from tests.evaluation.comparison.evaluated import run_of


def names(found) -> list[tuple[str, str, str]]:
    return [(pair.name, pair.baseline.path.name, pair.candidate.path.name) for pair in found]


def test_runs_on_the_same_volumes_make_a_pair_whatever_their_order(tmp_path: Path) -> None:
    before = [run_of(tmp_path, f"a{one}", train=[one]) for one in ("001", "002")]
    after = [run_of(tmp_path, f"b{one}", train=[one]) for one in ("002", "001")]
    by, found = pair_runs(before, after)
    assert by == "training volumes and seed"
    assert names(found) == [("001, seed 1", "a001", "b001"), ("002, seed 1", "a002", "b002")]


def test_seeds_of_one_combination_make_pairs(tmp_path: Path) -> None:
    before = [run_of(tmp_path, f"a{seed}", seed=seed) for seed in (1, 2)]
    after = [run_of(tmp_path, f"b{seed}", seed=seed) for seed in (2, 1)]
    assert names(pair_runs(before, after)[1]) == [
        ("001, seed 1", "a1", "b1"),
        ("001, seed 2", "a2", "b2"),
    ]


def test_one_and_two_labelled_volumes_are_paired_by_combination(tmp_path: Path) -> None:
    before = [run_of(tmp_path, "a", train=["001"]), run_of(tmp_path, "b", seed=2)]
    two = ["001", "002"]
    after = [run_of(tmp_path, "d", train=two, seed=2), run_of(tmp_path, "c", train=two)]
    by, found = pair_runs(before, after)
    assert by == "combination and seed"
    assert names(found) == [("c1, seed 1", "a", "c"), ("c1, seed 2", "b", "d")]


def test_a_run_against_another_needs_nothing_in_common(tmp_path: Path) -> None:
    one, other = run_of(tmp_path, "a"), run_of(tmp_path, "b", seed=2)
    by, found = pair_runs([one], [other])
    assert by == ALONE
    assert names(found) == [("001, seed 1 / 001, seed 2", "a", "b")]


def test_runs_that_cannot_be_paired_are_refused(tmp_path: Path) -> None:
    first, same = run_of(tmp_path, "a"), run_of(tmp_path, "b")
    other, third = run_of(tmp_path, "c", seed=2), run_of(tmp_path, "d", seed=3)
    with pytest.raises(UsageError, match=r"must name different runs, got .*a twice"):
        pair_runs([first], [first])
    with pytest.raises(UsageError, match=r"`candidate`: must name as many .* got 1 and 2"):
        pair_runs([first, other], [same])
    with pytest.raises(UsageError, match=r"got .*c of 001, seed 2 without a partner"):
        pair_runs([first, other], [same, third])
    with pytest.raises(UsageError, match="got 2 runs of 001, seed 1 in `baseline`"):
        pair_runs([first, same], [other, third])
