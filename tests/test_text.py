import math

import pytest

from dscl_tf.text import aligned, counted, named, number


def test_all_but_the_first_column_end_at_the_right() -> None:
    assert aligned([["volume", "Dice", "HD95"], ["1", "0.5", "12"]]) == [
        "volume  Dice  HD95",
        "1        0.5    12",
    ]


def test_columns_may_all_start_at_the_left_and_no_line_ends_in_spaces() -> None:
    table = [["id", "shape", "classes"], ["1", "9x7", ""], ["12", "", "no mask"]]
    assert aligned(table, left=None) == ["id  shape  classes", "1   9x7", "12         no mask"]
    assert aligned([["name", "kind", "5"], ["a", "b", "10"]], left=2) == [
        "name  kind   5",
        "a     b     10",
    ]


def test_lines_must_have_as_many_cells() -> None:
    with pytest.raises(ValueError, match="shorter"):
        aligned([["a", "b"], ["a"]])
    assert aligned([]) == []


def test_numbers_that_are_undefined_are_dashes() -> None:
    assert [number(value, 2) for value in (1.005, -2, math.nan, None)] == [
        "1.00",
        "-2.00",
        "-",
        "-",
    ]


def test_names_beyond_the_most_are_counted() -> None:
    assert named([]) == ""
    assert named(["a", "b"], most=2) == "a, b"
    assert named([str(number) for number in range(13)]).endswith("8, 9 and 3 more")


def test_a_count_of_one_has_a_noun_in_the_singular() -> None:
    assert [counted(count, "mask") for count in (0, 1, 2)] == ["0 masks", "1 mask", "2 masks"]
    assert counted(3, "series", "series") == "3 series"
