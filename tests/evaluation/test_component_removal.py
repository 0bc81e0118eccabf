"""Components are removed in evaluation and prediction, by the rules that the run recorded."""

import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config.components import Components
from dscl_tf.config.files import dump, replace
from dscl_tf.evaluation.components import remove_components
from dscl_tf.evaluation.file_prediction import predict_files
from dscl_tf.evaluation.split import evaluate
from dscl_tf.runs.run import Run

RULES = {1: "large", 2: "large", 3: "all"}


@pytest.fixture(scope="module")
def run(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the fine-tuned run that recorded rules."""
    path = shutil.copytree(trained / "finetune", tmp_path_factory.mktemp("run") / "finetune")
    run = Run.open(path)
    (path / "config.yaml").write_text(dump(replace(run.config, {"finetune.components": {}})))
    Run.open(path).update(components={str(label): rule for label, rule in RULES.items()})
    return Run.open(path)


def mask(path: Path) -> np.ndarray:
    return np.asarray(nib.load(path).dataobj)


def test_evaluation_removes_what_the_rules_do_not_keep_and_says_so(run: Run, store) -> None:
    whole = evaluate([run], run.config, store, "test", components=False)
    assert "components" not in whole.summary
    assert "Voxels removed" not in whole.report.read_text()
    before = mask(whole.directory / "masks" / "005.nii.gz")
    expected, removed = remove_components(before, RULES, Components(), (1.0, 1.0, 1.0))
    assert sum(removed.values()) > 0  # or this test shows nothing

    cleaned = evaluate([run], run.config, store, "test")
    assert whole.directory.name == f"{cleaned.directory.name}-no-components"
    np.testing.assert_array_equal(mask(cleaned.directory / "masks" / "005.nii.gz"), expected)
    recorded = json.loads((cleaned.directory / "metrics.json").read_text())["summary"]
    assert recorded["components"] == {
        "rules": {"1": "large", "2": "large"},
        "removed_voxels": {str(label): removed[label] for label in (1, 2)},
    }
    shown = cleaned.report.read_text()
    assert f"small components removed</td><td>{removed[1]:,}</td>" in shown
    assert evaluate([run], run.config, store, "test", write=False).dice == cleaned.dice


def test_prediction_removes_the_same(run: Run, store, tmp_path: Path, lines) -> None:
    source = Path(store.volumes["005"].source)
    (whole,) = predict_files([run], [source], tmp_path / "whole", components=False)
    (cleaned,) = predict_files([run], [source], tmp_path / "cleaned")
    expected, _ = remove_components(mask(whole), RULES, Components(), (1.0, 1.0, 1.0))
    np.testing.assert_array_equal(mask(cleaned), expected)
    assert lines[-1].startswith("Connected components were removed from the masks: right ventricle")
