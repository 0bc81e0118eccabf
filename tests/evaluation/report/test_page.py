import base64
import math
import re

import pytest

from dscl_tf.evaluation.metrics import ABSENT_CLASS_RULE, ClassMetrics
from dscl_tf.evaluation.report import write_report
from dscl_tf.evaluation.summary import summarise
from tests.evaluation.report.html import Page

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE = "<script>alert('x')</script>\"&"


def rows(name="RV"):
    nan = math.nan
    return [
        ("vol2", [ClassMetrics(1, name, 0.5, 2.0, 1.0, 1.0, 1.0)]),
        ("vol10", [ClassMetrics(1, name, 0.0, nan, nan, 1.0, 0.0)]),
        ("vol1", [ClassMetrics(1, name, 0.75, 4.0, 1.5, 1.0, 1.0)]),
    ]


def render(path, **changes):
    results = changes.pop("rows", rows())
    arguments = {
        "title": "A run",
        "settings": {"name": "acdc", "data": {"grid": [192, 192], "classes": {"1": "RV"}}},
        "histories": {"finetune": [{"step": 50, "loss": 1.0}, {"step": 100, "loss": 0.5}]},
        "rows": results,
        "summary": summarise(results),
        "overlays": [("best volume", PNG)],
        "key": {"Classes": {"RV": "#ff0000"}},
        "environment": {"command": "dscl-tf demo"},
    }
    write_report(path, **(arguments | changes))
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return render(tmp_path_factory.mktemp("report") / "report.html")


def test_nothing_is_loaded_from_elsewhere(page):
    parsed = Page(page)
    assert not {"script", "link", "iframe", "object"} & set(parsed.tags)
    loads = [value for key, value in parsed.attributes if key in ("src", "href", "srcset")]
    assert loads and all(value.startswith("data:image/png;base64,") for value in loads)
    assert not re.search(r"https?://|url\(|@import", page)


def test_pictures_are_embedded_whole(page):
    encoded = re.search(r'src="data:image/png;base64,([^"]+)"', page).group(1)
    assert base64.b64decode(encoded) == PNG


def test_volumes_are_sorted_and_the_mean_is_last(page):
    text = Page(page).text
    table = text[text.index("Per volume") :]
    positions = [table.index(name) for name in ("vol1", "vol10", "vol2")]
    assert positions == sorted(positions)
    mean = table[table.rindex("mean", 0, table.index("Training health")) :]
    assert mean.split()[0].startswith("mean0.417")  # (0.5 + 0.0 + 0.75) / 3


def test_the_rule_the_command_and_the_settings_are_stated(page):
    text = Page(page).text
    for expected in (
        ABSENT_CLASS_RULE,
        "dscl-tf demo",
        "grid",
        "[192, 192]",
        "classes.1",
        "1 missed",
    ):
        assert expected in text


def test_hostile_names_stay_text(tmp_path):
    results = [(HOSTILE, rows(HOSTILE)[0][1])]
    text = render(
        tmp_path / "report.html",
        title=HOSTILE,
        rows=results,
        summary=summarise(results),
        settings={HOSTILE: {HOSTILE: HOSTILE}},
        histories={HOSTILE: [{"step": 1, HOSTILE: 2.0}]},
        overlays=[(HOSTILE, PNG)],
        key={HOSTILE: {HOSTILE: "red"}},
        figures=[(HOSTILE, PNG)],
        notes=[HOSTILE],
        environment={HOSTILE: HOSTILE},
    )
    parsed = Page(text)
    assert "script" not in parsed.tags
    # title (twice), strip, class and volume tables, two captions, key, note, stage, environment
    # and settings: each shows the name as it is.
    assert parsed.text.count(HOSTILE) >= 15
    assert text.count("<script") == 0


def test_a_report_of_training_alone_needs_no_results(tmp_path):
    text = Page(render(tmp_path / "report.html", rows=[], overlays=[])).text
    assert "Training" in text
    assert "Per volume" not in text and "Dice" not in text


def test_results_come_before_the_health_of_the_training_which_is_folded(page):
    text = Page(page).text
    places = [
        text.index(words)
        for words in ("Dice per class", "Best, median", "Per volume", "Training health")
    ]
    assert places == sorted(places)
    assert page.index("<details>") < page.index("Training health") < page.index("Training loss")


def test_the_validation_curve_names_its_classes_and_stands_with_the_results(tmp_path):
    history = [{"step": step, "validation_dice": 0.5, "validation_dice_1": 0.4} for step in (1, 2)]
    text = Page(render(tmp_path / "r.html", histories={"finetune": history})).text
    curve = text.index("Dice on the validation volumes higher is better mean RV")
    assert curve < text.index("Best, median")
    both = {"Fine-tuning (run a)": history, "Fine-tuning (run b)": history}
    text = Page(render(tmp_path / "r.html", histories=both)).text
    assert "validation volumes, Fine-tuning (run b)" in text


def test_the_teachers_shares_and_the_removed_voxels_are_shown_where_a_run_has_them(tmp_path, page):
    text = Page(page).text
    assert "teacher" not in text and "removed" not in text
    removed = {"rules": {"1": "large"}, "removed_voxels": {"1": 1234}}
    shares = [{"step": step, "pseudo_share_1": 0.02} for step in (1, 2)]
    results = {**summarise(rows()), "components": removed}
    path = tmp_path / "r.html"
    text = Page(render(path, histories={"finetune": shares}, summary=results)).text
    assert "Share of pixels that the teacher labels" in text
    assert "RV" + "small components removed" + "1,234" in text


def test_settings_show_no_folders(tmp_path):
    text = render(tmp_path / "r.html", settings={"data": {"folder": "/home/me/scans"}})
    assert "scans" in text and "/home" not in text


def test_a_stage_without_metrics_says_so(tmp_path):
    assert "No metrics were recorded." in render(tmp_path / "r.html", histories={"finetune": []})
