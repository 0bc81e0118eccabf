import math
import xml.etree.ElementTree as ET

from dscl_tf.evaluation.metrics import ClassMetrics
from dscl_tf.evaluation.report.strip_plot import LEFT, RIGHT, WIDTH, strip_plot
from dscl_tf.evaluation.summary import summarise


def volume(*dice):
    return [ClassMetrics(label, f"c{label}", each, 1, 1, 1, 1) for label, each in enumerate(dice)]


def drawn(rows):
    return ET.fromstring(strip_plot(rows, summarise(rows)))


def test_every_volume_is_a_dot_of_each_class_at_its_dice():
    dots = drawn([("a", volume(0.0)), ("b", volume(1.0)), ("c", volume(0.5))]).findall("circle")
    titles = [dot.find("title").text for dot in dots]
    assert titles == ["a: 0.000", "b: 1.000", "c: 0.500"]
    places = [float(dot.get("cx")) for dot in dots]
    assert places == [LEFT, WIDTH - RIGHT, WIDTH / 2]


def test_several_classes_have_a_strip_of_their_means_too():
    assert len(drawn([("a", volume(0.2))]).findall("circle")) == 1
    root = drawn([("a", volume(0.2, 0.4)), ("b", volume(0.6, 0.8))])
    heights = {round(float(dot.get("cy")) / 36) for dot in root.findall("circle")}
    assert len(root.findall("circle")) == 6 and len(heights) == 3


def test_what_is_not_scored_has_no_dot():
    root = drawn([("a", volume(math.nan)), ("b", volume(0.5))])
    assert [dot.find("title").text for dot in root.findall("circle")] == ["b: 0.500"]
    assert not drawn([("a", volume(math.nan))]).findall("circle")
