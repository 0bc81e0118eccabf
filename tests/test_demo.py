from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.demo import run_demo


def test_the_demo_ends_with_a_report_and_a_saved_model(
    tiny: Experiment, store: SliceStore, tmp_path: Path, lines: list[str]
) -> None:
    result = run_demo(tiny, store.directory, tmp_path)
    (home,) = tmp_path.iterdir()
    assert result.report == home / "finetune" / "evaluation-test" / "report.html"
    assert result.report.is_file() and (result.saved_model / "saved_model.pb").is_file()
    assert 0 <= result.dice <= 1 and result.minutes > 0
    assert [line for line in lines if line.startswith("== ")] == [
        "== prepare",
        "== inspect",
        "== pretrain_global",
        "== pretrain_local",
        "== finetune",
        "== evaluate",
        "== export",
        "== masks",
    ]
