import csv

from dscl_tf.reproduce.render import text_table, write_results
from tests.reproduce.entries import ENTRIES


def test_the_mean_and_the_deviation_stand_beside_the_paper():
    header, first, second = text_table(ENTRIES).splitlines()
    assert header.split() == ["1", "labelled", "cells", "paper", "2", "labelled", "cells", "paper"]
    assert first.split() == ["random", "0.600", "±", "0.141", "2/2", "0.614", "0.750", "1/2", "-"]
    assert second.split() == ["GD", "<new>", "-", "0/2", "0.691"]


def test_text_csv_and_page_hold_the_same_numbers(matrix, tmp_path):
    paths = write_results(tmp_path, "two", matrix, ENTRIES, {"x-local-1": "it broke"}, "dscl-tf r")
    assert [path.name for path in paths] == ["two.txt", "two.csv", "two.html"]
    with paths[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(rows[0][key]) for key in ("dice_mean", "paper")] == [0.6, 0.614]
    assert rows[2]["dice_mean"] == "" and rows[1]["dice_std"] == ""
    page = paths[2].read_text()
    assert "0.600 ± 0.141" in page and "GD &lt;new&gt;" in page and "it broke" in page
    assert text_table(ENTRIES) in paths[0].read_text()
