import csv
import dataclasses
import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.grid import LabelCount
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import write_store
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.split import evaluate, split_ids
from dscl_tf.evaluation.views import Views
from dscl_tf.runs.run import Run
from tests.data.files import save


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Run:
    """A copy of the fine-tuned run."""
    return Run.open(shutil.copytree(trained / "finetune", tmp_path / "finetune"))


def test_it_leaves_masks_metrics_and_a_report(run: Run, store, lines) -> None:
    evaluation = evaluate([run], run.config, store, "test")
    output = evaluation.directory
    assert output == run.path / "evaluation-test"
    assert sorted(path.name for path in output.iterdir()) == [
        "masks",
        "metrics.csv",
        "metrics.json",
        "report.html",
    ]
    assert [volume for volume, _ in evaluation.rows] == ["005"]
    assert json.loads((output / "metrics.json").read_text()) == evaluation.to_dict()
    assert len(lines) == 2 and lines[0].startswith("005: Dice ")
    assert lines[1].startswith("1 volume in ")
    page = evaluation.report.read_text()
    assert "Best, median and worst: volume 005, Dice " in page
    figures = page[page.index("<h3>Figures</h3>") :]
    first, second = "Global pre-training (run pretrain_global): Embed", "): Cosine"
    assert figures.index(first) < figures.index(second)
    assert figures.count("data:image/png;base64,") == 2


def test_a_figure_that_is_named_must_be_there(run: Run, store, tmp_path: Path) -> None:
    source = shutil.copytree(run.record["init"], tmp_path / "source")
    run.update(init=str(source))
    (source / "figures" / "region_similarity.png").unlink()
    with pytest.raises(DataError, match=r"region_similarity\.png: cannot be read"):
        evaluate([run], run.config, store, "test")
    shutil.rmtree(source / "figures")
    evaluate([run], run.config, store, "test")


def test_the_scores_are_those_of_the_masks_on_the_native_grid(run: Run, store) -> None:
    output = evaluate([run], run.config, store, "test").directory
    prediction = nib.load(output / "masks" / "005.nii.gz")
    entry = store.volumes["005"]
    image, reference = nib.load(entry.source), nib.load(entry.mask_source)
    assert prediction.shape == image.shape
    assert np.array_equal(prediction.affine, image.affine)
    with (output / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == ["1", "2", "3"]
    for row in rows:
        one, other = (
            np.asarray(mask.dataobj) == int(row["label"]) for mask in (prediction, reference)
        )
        dice = 2 * (one & other).sum() / (one.sum() + other.sum())
        assert float(row["dice"]) == pytest.approx(dice)


def test_channels_and_label_values_of_the_files_leave_the_scores_alone(
    run: Run, store, tmp_path: Path
) -> None:
    entry = store.volumes["005"]
    image, mask = nib.load(entry.source), nib.load(entry.mask_source)
    voxels = np.asarray(image.dataobj, np.float32)
    four = save(tmp_path / "i.nii.gz", np.stack([-voxels, voxels], axis=-1), image.affine)
    tens = save(tmp_path / "m.nii.gz", np.asarray(mask.dataobj) * np.uint8(10), image.affine)
    changes = {"data.channel": 1, "data.labels": {10: 1, 20: 2, 30: 3}}
    config = replace(run.config, changes)
    write_store([Case("005", four, tens)], config.data, tmp_path / "store")
    other = SliceStore.open(tmp_path / "store")
    changed = evaluate([Run(run.path, config, run.record)], config, other, "test")
    written = nib.load(changed.directory / "masks" / "005.nii.gz")
    assert written.shape == image.shape
    assert set(np.unique(written.dataobj)) <= {0, 1, 2, 3}
    assert changed.rows == evaluate([run], run.config, store, "test").rows


def test_a_second_evaluation_replaces_the_first(run: Run, store) -> None:
    output = evaluate([run], run.config, store, "test").directory
    before = {path.name: path.read_bytes() for path in output.glob("*.json")}
    (output / "stray").write_text("of the first")
    evaluate([run], run.config, store, "test")
    assert {path.name: path.read_bytes() for path in output.glob("*.json")} == before
    assert not (output / "stray").exists()
    assert [path.name for path in run.path.glob("*evaluation*")] == ["evaluation-test"]


def test_a_failed_evaluation_keeps_the_former(run: Run, store) -> None:
    output = run.path / "evaluation-test"
    output.mkdir()
    entry = dataclasses.replace(store.volumes["005"], sha256="other")
    changed = dataclasses.replace(store, volumes={**store.volumes, "005": entry})
    with pytest.raises(DataError, match=r"\.nii\.gz: must be as when the store was made"):
        evaluate([run], run.config, changed, "test")
    assert [path.name for path in run.path.glob("*evaluation*")] == ["evaluation-test"]


def test_the_split_comes_from_the_given_configuration(tiny: Experiment, run: Run, store) -> None:
    assert split_ids(tiny, "validation") == ("004",)
    with pytest.raises(UsageError, match="`split`: must be validation or test, got train"):
        split_ids(tiny, "train")
    config = replace(tiny, {"splits.test": ["004", "099"], "splits.labelled": {}})
    with pytest.raises(DataError, match=r"splits\.test volumes: not in the store .*: 099"):
        evaluate([run], config, store, "test")


def test_a_store_of_other_settings_is_refused(run: Run, store) -> None:
    other = dataclasses.replace(store, settings={**store.settings, "spacing": [4.0, 4.0]})
    with pytest.raises(DataError, match=r"prepared otherwise: data\.spacing is \[4\.0, 4\.0\]"):
        evaluate([run], run.config, other, "test")


def test_averaging_over_views_leaves_the_plain_evaluation_alone(run: Run, store) -> None:
    plain = evaluate([run], run.config, store, "test").directory
    before = (plain / "metrics.json").read_bytes()
    views = Views(("columns",), (7.5,))
    output = evaluate([run], run.config, store, "test", views=views).directory
    assert output == run.path / "evaluation-test-flip-columns-rotate-7.5"
    assert (plain / "metrics.json").read_bytes() == before
    assert json.loads((output / "metrics.json").read_text())["prediction"] == {
        "runs": [str(run.path)],
        "flips": ["columns"],
        "rotations": [7.5],
    }
    page = (output / "report.html").read_text()
    assert (
        "Class probabilities are the mean of 6 predictions: 6 views of each slice (as it is, "
        "flipped columns, turned by 7.5 degrees both ways)."
    ) in page


def test_an_ensemble_is_written_where_it_is_told(run: Run, store, tmp_path: Path) -> None:
    twin = Run.open(shutil.copytree(run.path, tmp_path / "twin"))
    with pytest.raises(UsageError, match="`output`: is required with several runs, got none"):
        evaluate([run, twin], run.config, store, "test")
    both = evaluate([run, twin], run.config, store, "test", output=tmp_path / "both")
    output = both.directory
    assert output == tmp_path / "both" and not list(tmp_path.glob("*/evaluation-test"))
    answer = json.loads((output / "metrics.json").read_text())
    assert answer["prediction"]["runs"] == [str(run.path), str(twin.path)]
    page = (output / "report.html").read_text()
    assert "mean of 2 predictions: 2 runs." in page and "Fine-tuning (run twin)" in page
    assert both.rows == evaluate([run], run.config, store, "test").rows  # of twins


def test_the_map_of_uncertainty_lies_over_its_mask(run: Run, store) -> None:
    evaluation = evaluate([run], run.config, store, "test", uncertainty=True)
    output = evaluation.directory
    assert output == run.path / "evaluation-test"
    mask = nib.load(output / "masks" / "005.nii.gz")
    doubt = nib.load(output / "masks" / "005_uncertainty.nii.gz")
    assert (doubt.shape, doubt.get_data_dtype()) == (mask.shape, np.float32)
    assert np.array_equal(doubt.affine, mask.affine)
    values = np.asarray(doubt.dataobj)
    wrong = np.asarray(mask.dataobj) != np.asarray(
        nib.load(store.volumes["005"].mask_source).dataobj
    )
    assert 0 <= values.min() < values.max() <= 1
    means = evaluation.summary["uncertainty"]
    assert means["wrong"] == pytest.approx(values[wrong].mean(), abs=1e-6)
    assert means["per_volume"].keys() == {"005"}
    assert "where they differ" in (output / "report.html").read_text()


def test_measuring_alone_gives_the_same_scores_and_writes_nothing(run: Run, store) -> None:
    before = sorted(path.name for path in run.path.rglob("*"))
    measured = evaluate([run], run.config, store, "test", uncertainty=True, write=False)
    assert sorted(path.name for path in run.path.rglob("*")) == before
    assert (measured.directory, measured.report) == (None, None)
    written = evaluate([run], run.config, store, "test", uncertainty=True)
    assert dataclasses.replace(measured, directory=written.directory) == written
    with pytest.raises(UsageError, match=r"^`output`: must be left out where nothing is written"):
        evaluate([run], run.config, store, "test", write=False, output=run.path / "out")


def test_what_no_prediction_can_reach_is_told(run: Run, store, lines) -> None:
    entry = store.volumes["005"]
    count = LabelCount(1, native=8, in_window=6, rows=(0, 3), columns=(8, 9))
    cut = dataclasses.replace(entry, label_counts=(count,))
    partly = dataclasses.replace(store, volumes={**store.volumes, "005": cut})
    evaluate([run], run.config, partly, "test", write=False)
    (line,) = [line for line in lines if "training grid" in line]
    assert "cuts off right ventricle in 1 volume (25%); data.grid" in line
