"""The report in a real browser."""

import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.evaluation.metrics import ClassMetrics
from dscl_tf.evaluation.report import write_report
from dscl_tf.evaluation.report.examples import colour_key
from dscl_tf.evaluation.report.slice_overlay import overlay_strip
from dscl_tf.evaluation.summary import summarise
from tests.data import files
from tests.evaluation.report.browser import installed, seen

DATA = Data(
    classes={1: "right ventricle", 2: "myocardium", 3: "left ventricle"},
    spacing=(1, 1),
    grid=(32, 32),
)


def strip():
    image = np.random.default_rng(0).normal(size=(40, 40, 9))
    mask = np.zeros(image.shape, np.uint8)
    mask[10:30, 10:30, 1:8] = 2
    geometry = Geometry.of(files.volume(image), DATA)
    return overlay_strip(image, np.roll(mask, 2, 0), mask, geometry, DATA.classes)


def write(path):
    rows = [
        (
            f"patient_{number:03}_with_a_long_name",
            [ClassMetrics(k, name, 0.1 * number, 3, 1, 2, 2) for k, name in DATA.classes.items()],
        )
        for number in range(9)
    ]
    history = [
        {"step": step, "loss": 1 / step, "validation_dice": 0.5, "validation_dice_1": 0.4}
        for step in range(1, 6)
    ]
    write_report(
        path,
        title="an_experiment_with_a_long_name: test volumes, GD + LR, 1 labelled volume",
        settings={"data": DATA.model_dump(mode="json")},
        histories={"Fine-tuning (run mine)": history},
        rows=rows,
        summary=summarise(rows),
        overlays=[("Worst: volume 7", strip())],
        key=colour_key(DATA),
        environment={"command": "dscl-tf evaluate " + "--set a.very.long.key=value " * 9},
    )
    return path.read_text(encoding="utf-8")


@pytest.mark.skipif(installed() is None, reason="no Chromium or Chrome is installed")
def test_the_page_fits_phones_and_screens(tmp_path):
    page = write(tmp_path / "report.html").replace("<details>", "<details open>")
    found = seen(page, (400, 500, 1280), tmp_path)
    assert [view["width"] for view in found] == [400, 500, 1280]
    for view in found:
        assert view["page"] <= view["width"] and not view["beyond"]
        assert view["pictures"] == view["drawn"] == 1
        assert view["letters"] >= 14  # the keys keep their size
        assert view["title"].startswith("an_experiment")
