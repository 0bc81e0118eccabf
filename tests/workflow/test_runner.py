import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.run import Run
from dscl_tf.workflow import Sources, WorkflowResult, run_workflow
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs
from tests.workflow.data_sets import as_folder, of_folder


@pytest.fixture(scope="session")
def folder(store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five volumes, of which 002 and 003 have no mask."""
    return as_folder(store, tmp_path_factory.mktemp("data") / "scans", ("001", "004", "005"))


@pytest.fixture(scope="session")
def mine(tiny: Experiment) -> Experiment:
    return of_folder(tiny)


@pytest.fixture(scope="session")
def whole(mine: Experiment, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished sequence; do not change it."""
    home = tmp_path_factory.mktemp("whole") / "runs" / "mine"
    run_workflow(mine, Sources(home.parents[1] / "store", folder), home)
    return home


def copy_of(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole.parents[1], tmp_path / "copy")
    return tmp_path / "copy" / "runs" / "mine"


def again(home: Path, config: Experiment, folder: Path, **options) -> WorkflowResult:
    return run_workflow(config, Sources(home.parents[1] / "store", folder), home, **options)


def test_the_volumes_without_a_mask_get_one(whole: Path, folder: Path) -> None:
    assert sorted(path.name for path in (whole / "masks").iterdir()) == [
        "002.nii.gz",
        "003.nii.gz",
    ]
    mask, image = nib.load(whole / "masks" / "002.nii.gz"), nib.load(folder / "002.nii.gz")
    assert mask.shape == image.shape and np.array_equal(mask.affine, image.affine)
    assert set(np.unique(mask.get_fdata())) <= {0, 1, 2, 3}


def test_a_finished_sequence_has_nothing_left_to_do(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path, lines: list[str]
) -> None:
    home = copy_of(whole, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*.npz")}
    result = again(home, mine, folder)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*.npz")} == before
    assert sum("done already" in line for line in lines) == 6  # inspect, three stages, two results
    assert (result.split, result.masks_written, result.masks) == ("test", 2, home / "masks")
    assert result.report is not None and result.report.name == "report.html"


@pytest.mark.parametrize(
    "line", ["== inspect", "== pretrain_local", "step 4/4", "== export", "== masks"]
)
def test_an_interrupted_sequence_goes_on_bit_by_bit(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path, line: str
) -> None:
    home = tmp_path / "runs" / "mine"
    with interrupted_at(line):
        again(home, mine, folder)
    again(home, mine, folder)
    for stage in ("pretrain_global", "pretrain_local", "finetune"):
        assert_equal_runs(whole / stage, home / stage)
    for path in (whole / "masks").iterdir():
        assert (home / "masks" / path.name).read_bytes() == path.read_bytes()
    scores = "finetune/evaluation-test/metrics.csv"
    assert (home / scores).read_text() == (whole / scores).read_text()
    assert (home / "saved_model" / "tiny" / "1" / "saved_model.pb").is_file()


def test_masks_that_are_there_are_kept_and_those_of_other_weights_are_not(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    home = copy_of(whole, tmp_path)
    kept, missing = home / "masks" / "002.nii.gz", home / "masks" / "003.nii.gz"
    before = kept.stat().st_mtime_ns
    missing.unlink()
    again(home, mine, folder)
    assert missing.exists() and kept.stat().st_mtime_ns == before
    weights = home / "finetune" / "weights.npz"
    arrays = dict(np.load(weights))
    np.savez(weights, **{name: 0 * array for name, array in arrays.items()})
    again(home, mine, folder)
    assert kept.stat().st_mtime_ns != before
    assert not nib.load(kept).get_fdata().any()  # all logits equal: the background


def test_a_sequence_goes_on_with_other_settings_of_later_stages_alone(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    home = copy_of(whole, tmp_path)
    shutil.rmtree(home / "finetune")
    longer = replace(mine, {"finetune.steps": 6})
    again(home, longer, folder, until="finetune")
    assert Run.open(home / "finetune").record["steps"] == 6
    with pytest.raises(DataError, match=r"finetune: was made with other settings \(finetune.steps"):
        again(home, mine, folder)
    other = replace(longer, {"runtime.seed": 2})
    with pytest.raises(DataError, match=r"runtime.seed was 1, now 2\); `name` another, or remove"):
        again(home, other, folder)


def test_runs_do_not_go_on_with_other_volumes(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    home = copy_of(whole, tmp_path)
    fewer = tmp_path / "fewer"
    shutil.copytree(folder, fewer)
    (fewer / "005_seg.nii.gz").unlink()
    with pytest.raises(DataError, match=r"learnt from what .* held before it was prepared anew"):
        again(home, mine, fewer)


def test_without_test_masks_the_validation_volumes_are_evaluated(
    store, mine: Experiment, tmp_path: Path, lines: list[str]
) -> None:
    folder = as_folder(store, tmp_path / "scans", ("001", "004"))
    config = replace(mine, {"stages": ["finetune"]})
    result = again(tmp_path / "runs" / "mine", config, folder)
    assert (result.split, result.masks_written, result.encoder) == ("validation", 3, None)
    assert any("splits.test: 1 volumes have no mask to compare with: 005" in line for line in lines)


def test_without_any_mask_it_ends_with_the_encoder(store, mine: Experiment, tmp_path: Path) -> None:
    folder = as_folder(store, tmp_path / "scans", ())
    config = of_folder(mine, labelled={}, test=[])
    changes = {"stages": ["pretrain_global"], "data.folder": {"images": "{id}.nii.gz"}}
    config = replace(config, changes)
    result = again(tmp_path / "runs" / "mine", config, folder)
    assert result.encoder == tmp_path / "runs" / "mine" / "pretrain_global"
    assert (result.run, result.report, result.masks, result.saved_model) == (None,) * 4


def test_errors_are_found_before_training(
    store, mine: Experiment, tmp_path: Path, lines: list[str]
) -> None:
    folder = as_folder(store, tmp_path / "scans", ("001", "005"))
    config = of_folder(mine, unlabelled=["001", "009"])
    called = []
    with pytest.raises(DataError, match=r"c1.validation volumes: must have masks.*\(2 errors in"):
        again(tmp_path / "h", config, folder, before_training=lambda: called.append(True))
    assert not called
    assert any("splits.unlabelled volumes: not in the store" in line for line in lines)


def test_mistakes_leave_nothing_behind(mine: Experiment, tmp_path: Path) -> None:
    home = tmp_path / "runs" / "mine"
    with pytest.raises(UsageError, match="`source`: must name the folder of the data set"):
        run_workflow(mine, Sources(tmp_path / "store"), home)
    with pytest.raises(DataError, match="none: must be the folder of the data set, got no such"):
        again(home, mine, tmp_path / "none")
    assert not list(tmp_path.iterdir())


def test_a_folder_of_something_else_is_refused(
    whole: Path, mine: Experiment, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="finetune: is the directory of one run; `name` another"):
        again(whole / "finetune", mine, folder)
    home = tmp_path / "runs" / "mine"
    home.mkdir(parents=True)
    (home / "workflow.json").write_text(json.dumps({"experiment": "other", "started": "now"}))
    with pytest.raises(DataError, match="belongs to experiment other, got tiny; `name` another"):
        again(home, mine, folder)
