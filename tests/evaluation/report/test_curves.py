import xml.etree.ElementTree as ET

import pytest

from dscl_tf.evaluation.report.curves import chart, read_curves


def test_a_metric_and_its_validation_share_a_chart():
    history = [{"step": 50, "loss": 2.0, "val_loss": 3.0, "validation_dice": 0.5}]
    assert read_curves(history) == {
        "loss": {"loss": [(50, 2.0)], "val_loss": [(50, 3.0)]},
        "dice": {"validation_dice": [(50, 0.5)]},
    }


def test_positives_and_negatives_and_chance_share_a_chart():
    history = [
        {"step": 1, "loss": 3.0, "positive_cosine": 0.9, "negative_cosine": 0.1, "loss_chance": 4.0}
    ]
    assert read_curves(history) == {
        "loss": {"loss": [(1, 3.0)], "loss_chance": [(1, 4.0)]},
        "cosine": {"positive_cosine": [(1, 0.9)], "negative_cosine": [(1, 0.1)]},
    }


def test_a_value_and_that_of_the_input_share_a_chart():
    history = [{"step": 1, "error": 0.1, "error_of_input": 0.3}]
    assert read_curves(history) == {
        "error": {"error": [(1, 0.1)], "error_of_input": [(1, 0.3)]},
    }


def test_text_from_a_csv_file_is_read_and_what_was_not_measured_left_out():
    history = [
        {"step": "50", "loss": "2.5", "dice": "", "time": "12:00"},
        {"step": "100", "loss": "nan", "dice": "0.5", "time": "12:01"},
    ]
    assert read_curves(history) == {"loss": {"loss": [(50, 2.5)]}, "dice": {"dice": [(100, 0.5)]}}


@pytest.mark.parametrize(
    "curve",
    [[(0, 1.0), (100, 1.0)], [(7, 0.0)], [(0, -3e-7), (10_000, 5e8)], [(5, 1.0), (10, 2.0)]],
)
def test_every_point_lies_inside_the_picture(curve):
    root = ET.fromstring(chart({"loss": curve}))
    line = root.find("polyline")
    if line is None:
        dot = root.find("circle")
        points = [(float(dot.get("cx")), float(dot.get("cy")))]
    else:
        points = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    assert len(points) == len(curve)
    assert all(0 <= x <= 340 and 0 <= y <= 220 for x, y in points)


def test_larger_values_are_higher_up():
    line = ET.fromstring(chart({"loss": [(0, 1.0), (1, 2.0)]})).find("polyline").get("points")
    (x0, y0), (x1, y1) = (map(float, pair.split(",")) for pair in line.split())
    assert x1 > x0 and y1 < y0


def test_the_classes_share_the_chart_of_their_mean() -> None:
    history = [
        {"step": 1, "validation_dice": 0.5, "validation_dice_1": 0.4, "validation_dice_2": 1}
    ]
    (curves,) = read_curves(history).values()
    assert list(curves) == ["validation_dice", "validation_dice_1", "validation_dice_2"]


def test_many_curves_take_the_page_s_colours_in_turn() -> None:
    svg = chart({f"dice_{number}": [(1, 0.1), (2, 0.2)] for number in range(8)})
    assert svg.count('class="curve0"') == svg.count('class="curve1"') == 2
    assert 'class="curve6"' not in svg
