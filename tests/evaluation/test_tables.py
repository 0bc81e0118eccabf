import csv
import json
import math

from dscl_tf.evaluation.metrics import ClassMetrics
from dscl_tf.evaluation.summary import summarise
from dscl_tf.evaluation.tables import as_json, text_table, write_csv

ROWS = [
    ("b", [ClassMetrics(1, 'R"V, big', 0.5, 2.0, 1.0, 3.0, 4.0)]),
    ("ä", [ClassMetrics(1, 'R"V, big', math.nan, math.nan, math.nan, 0.0, 0.0)]),
    ("a", [ClassMetrics(1, 'R"V, big', 0.0, math.nan, math.nan, 3.0, 0.0)]),
]


def test_csv_reads_back_with_empty_cells_for_undefined_values(tmp_path):
    write_csv(tmp_path / "metrics.csv", ROWS)
    with (tmp_path / "metrics.csv").open(encoding="utf-8", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert first["name"] == 'R"V, big'
    assert [float(first[key]) for key in ("dice", "hd95_mm", "asd_mm")] == [0.5, 2.0, 1.0]
    assert (second["volume"], second["dice"], second["absent_from"]) == ("ä", "", "both")
    assert (third["dice"], third["hd95_mm"], third["absent_from"]) == ("0.0", "", "prediction")


def test_json_is_standard_with_null_for_undefined_values():
    tree = json.loads(json.dumps(as_json(ROWS, summarise(ROWS)), allow_nan=False))
    assert [row["dice"] for row in tree["rows"]] == [0.5, None, 0.0]
    assert tree["summary"]["dice"]["mean"] == 0.25
    assert tree["summary"]["per_volume"]["ä"]["dice"] is None
    assert tree["summary"]["classes"][0]["absent_from_both"] == 1
    assert tree["prediction"] == {}


def test_distances_of_pictures_are_named_after_pixels(tmp_path):
    rows = [("town_mm", ROWS[0][1])]
    write_csv(tmp_path / "metrics.csv", rows, "px")
    header = (tmp_path / "metrics.csv").read_text().splitlines()[0]
    assert header == (
        "volume,label,name,dice,hd95_px,asd_px,reference_kpx,prediction_kpx,absent_from"
    )
    tree = as_json(rows, summarise(rows), "px")
    assert (tree["rows"][0]["hd95_px"], tree["rows"][0]["reference_kpx"]) == (2.0, 3.0)
    assert tree["summary"]["per_volume"]["town_mm"] == {"dice": 0.5, "hd95_px": 2.0, "asd_px": 1.0}
    table = text_table(rows, summarise(rows), "px").splitlines()
    assert table[0].endswith("HD95 px  ASD px")
    assert table[-1].startswith("mean ")  # one volume has no deviation


def test_terminal_table_is_sorted_aligned_and_ends_with_the_mean():
    table = text_table(ROWS, summarise(ROWS)).splitlines()
    assert [line.split()[0] for line in table[2:5]] == ["a", "b", "ä"]
    assert table[4].split()[1:] == ["-"] * 4
    assert table[6].split() == ["mean", "0.250", "0.250", "2.00", "1.00"]
    assert table[7].split() == ["std", "0.250", "0.250", "-", "-"]  # one volume has distances
    assert len({len(line) for line in table[:8]}) == 1
    assert table[8].startswith("1 class(es) absent from only")
