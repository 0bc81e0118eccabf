import re
from pathlib import Path

from dscl_tf.evaluation.label_tables import itk_snap_table, slicer_table, write_label_tables
from dscl_tf.figures import PALETTE

NAMES = {7: "wall", 420: 'the "pool"'}


def test_itk_snap_reads_eight_fields_a_line_and_a_clear_label() -> None:
    lines = [line for line in itk_snap_table(NAMES).splitlines() if not line.startswith("#")]
    pattern = r'\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+([01])\s+([01])\s+([01])\s+"([^"]*)"'
    rows = [re.fullmatch(pattern, line) for line in lines]
    assert [row and row.groups() for row in rows] == [
        ("0", "0", "0", "0", "0", "0", "0", "Clear Label"),
        ("7", "230", "159", "0", "1", "1", "1", "wall"),
        ("420", "86", "180", "233", "1", "1", "1", "the 'pool'"),
    ]


def test_slicer_reads_six_fields_a_line() -> None:
    head, *lines = slicer_table(NAMES).splitlines()
    assert head == "# Color table file"
    rows = [line.split(" ") for line in lines if not line.startswith("#")]
    assert rows[1:] == [
        ["7", "wall", "230", "159", "0", "255"],
        ["420", 'the_"pool"', "86", "180", "233", "255"],
    ]


def test_more_classes_than_colours_repeat_them() -> None:
    many = {number: f"class {number}" for number in range(1, len(PALETTE) + 2)}
    rows = [line.split(" ")[2:] for line in slicer_table(many).splitlines()[3:]]
    assert rows[0] == rows[-1] and len({tuple(row) for row in rows}) == len(PALETTE)


def test_both_are_written(tmp_path: Path) -> None:
    write_label_tables(tmp_path, NAMES)
    assert (tmp_path / "labels.txt").read_text() == itk_snap_table(NAMES)
    assert (tmp_path / "labels.ctbl").read_text() == slicer_table(NAMES)
