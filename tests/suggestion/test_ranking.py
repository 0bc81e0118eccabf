from dscl_tf.suggestion.distance import Pick
from dscl_tf.suggestion.ranking import rank_volumes, suggestion_table

PICKS = [Pick(2, 0, 0.5), Pick(0, 3, 0.25), Pick(1, 1, 0.125)]  # candidates c, a, b


def test_both_ranks_count_the_same() -> None:
    ranked = rank_volumes("abc", ["k"], PICKS, [0.2, 0.6, 0.4])  # by entropy b, c, a
    assert [one.volume for one in ranked] == ["c", "b", "a"]  # 1 + 2, 3 + 1, 2 + 3
    first = ranked[0]
    assert first.reason == "nearest labelled volume k; by distance 1, by entropy 2"
    assert (first.rank, first.distance_rank, first.entropy_rank) == (1, 1, 2)


def test_of_equal_ranks_distance_decides() -> None:
    ranked = rank_volumes("ab", ["k"], [Pick(1, 0, 0.5), Pick(0, 0, 0.1)], [0.9, 0.1])
    assert [one.volume for one in ranked] == ["b", "a"]


def test_reasons_name_the_nearest_volume_and_whether_it_is_labelled() -> None:
    ranked = rank_volumes("abc", ["k"], PICKS, None)
    assert [one.reason for one in ranked] == [
        "nearest labelled volume k",
        "nearest suggested volume c",
        "nearest suggested volume a",
    ]
    assert [one.nearest for one in ranked] == ["k", "c", "a"]


def test_where_the_network_finds_nothing_comes_first() -> None:
    ranked = rank_volumes("ab", [], None, [1.0, None])
    assert [(one.volume, one.reason) for one in ranked] == [
        ("b", "no foreground found; by entropy 1"),
        ("a", "by entropy 2"),
    ]


def test_the_first_of_all_is_called_typical() -> None:
    ranked = rank_volumes("ab", [], [Pick(1, None, 0.25), Pick(0, 1, 0.25)], None)
    assert ranked[0].reason == "no volume is labelled, this is the most typical one"
    assert (
        suggestion_table(ranked).splitlines()[1].startswith("1     b         0.2500        -  no ")
    )
