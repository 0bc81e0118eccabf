import json
from pathlib import Path

import pytest

from dscl_tf.config.components import Components
from dscl_tf.errors import DataError
from dscl_tf.export.run import export_run
from dscl_tf.runs.run import Run
from tests.export import models  # noqa: F401 (skips with another backend)


def test_the_description_agrees_with_the_runs_configuration(trained: Path, tmp_path: Path) -> None:
    run = Run.open(trained / "finetune")
    saved = export_run(run, tmp_path / "tiny", version=3)
    assert saved == tmp_path / "tiny" / "3"
    facts = json.loads((saved / "assets.extra/model.json").read_text())
    data = run.config.data
    assert (facts["model"], facts["grid"]) == ("tiny", list(data.grid))
    assert facts["classes"] == {"0": "background"} | {str(k): v for k, v in data.classes.items()}
    assert facts["resample"]["spacing"] == list(data.spacing)
    assert (facts["resample"]["grid"], facts["resample"]["unit"]) == (list(data.grid), data.unit)
    assert (facts["normalise"]["low"], facts["normalise"]["high"]) == data.percentiles
    assert facts["slices"]["axis"] == data.slice_axis
    image = [None, *data.grid, data.channel_count]
    assert facts["signatures"]["serving_raw"]["inputs"]["image"]["shape"] == image
    outputs = facts["signatures"]["serving_raw"]["outputs"]
    assert outputs["probabilities"]["shape"] == [*image[:3], data.class_count]


def test_rules_that_remove_islands_are_handed_over_and_told(
    trained: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = Run.open(trained / "finetune")
    settings = run.config.finetune.model_copy(update={"components": Components(large=0.3)})
    config = run.config.model_copy(update={"finetune": settings})
    ruled = Run(run.path, config, {**run.record, "components": {"1": "large"}})
    with caplog.at_level("INFO", "dscl_tf"):
        saved = export_run(ruled, tmp_path / "tiny")
    facts = json.loads((saved / "assets.extra/model.json").read_text())
    assert (facts["components"]["rules"], facts["components"]["large"]) == ({"1": "large"}, 0.3)
    assert f"leaves islands in masks; the run's rules ({run.config.data.classes[1]}: large)" in (
        caplog.text
    )


def test_a_run_of_another_stage_is_refused(trained: Path, tmp_path: Path) -> None:
    run = Run.open(trained / "pretrain_global")
    with pytest.raises(DataError, match="must be a finished finetune run"):
        export_run(run, tmp_path / "tiny")
    assert not (tmp_path / "tiny").exists()
