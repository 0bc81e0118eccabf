"""What `dscl-tf data prepare` says of what was supplied, used, cut off and left aside."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import Command
from tests.data.files import ramp, save

CONFIG = """
name: mine
data:
  layout: folder
  folder: {images: "images/{id}.nii", masks: "masks/{id}.nii"}
  classes: {1: wall, 2: pool}
  not_finite: background
  spacing: [1.5, 1.5]
  grid: [16, 16]
model: {filters: [2, 2, 2, 2]}
splits: {unlabelled: [], labelled: {}, test: []}
"""


@pytest.fixture
def prepare(invoke: Command, tmp_path: Path):
    """Prepare three volumes of 40 x 40 x 4; half of the wall of a lies outside the window."""
    Path("mine.yaml").write_text(CONFIG)
    for id in ("a", "b", "c"):
        array = ramp((40, 40, 4)).astype(np.float32)
        if id == "c":
            array[0, 0, :3] = np.nan
        save(tmp_path / f"src/images/{id}.nii", array)
    for id, first in (("a", 11), ("b", 18)):
        mask = np.zeros((40, 40, 4), np.uint8)
        mask[first : first + 2, 18:22] = 1
        save(tmp_path / f"src/masks/{id}.nii", mask)
    save(tmp_path / "src/more/d.nii", ramp())

    def run(*options: str):
        return invoke(
            "data", "prepare", "folder", "--config", "mine.yaml", "--source", "src", *options
        )

    return run


def test_what_was_supplied_is_told_in_words(prepare) -> None:
    assert prepare().out.splitlines() == [
        "stores/mine: 3 volumes (2 labelled), 12 slices; 0 of 3 volumes kept, 3 prepared",
        "supplied and used: 3 images and 2 masks found, 64 labelled voxels stored "
        "(wall 64, pool 0)",
        "supplied and not used: 1 file, such as more/d.nii",
        "taken as background, NaN or infinite: 3 voxels of 1 volume (c 3)",
        "cut off by the training grid: wall in 1 volume (50%); data.grid [24, 16] or "
        "data.spacing [2.344, 2.344] would hold all labels",
    ]


def test_programs_get_the_same(prepare) -> None:
    answer = json.loads(prepare("--json").out)
    assert answer["supplied"]["images"] == 3 and answer["supplied"]["unused_files"] == 1
    assert answer["labelled_voxels"] == {"wall": 64, "pool": 0}
    assert answer["outside_window"] == [
        {"volume": "a", "name": "wall", "share": 0.5, "grid": [24, 16]}
    ]
    assert answer["not_finite"] == {"c": 3}
    index = json.loads(Path("stores/mine/index.json").read_text())
    assert index["supplied"]["masks"] == 2


def test_a_masks_pattern_that_fits_nothing_is_one_line(prepare) -> None:
    result = prepare("--set", "data.folder.masks=mask/{id}.nii")
    result.assert_one_line_error(1, "data.folder.masks mask/{id}.nii must fit at least one file")
    assert not Path("stores").exists()


def test_the_configuration_may_say_where_the_data_are(prepare, invoke: Command) -> None:
    Path("configs").mkdir()
    text = CONFIG.replace("layout: folder", "layout: folder\n  source: ../src")
    Path("configs/mine.yaml").write_text(text)
    assert "3 prepared" in invoke("data", "prepare", "--config", "configs/mine.yaml").out
    assert "nothing had changed" in prepare().out


def test_a_layout_or_a_configuration_must_be_given(invoke: Command) -> None:
    invoke("data", "prepare").assert_one_line_error(2, "NAME: must be given, or --config")


def test_what_was_skipped_counts_as_supplied_and_not_as_used(prepare, tmp_path: Path) -> None:
    (tmp_path / "src/images/a.nii").write_bytes(b"damaged")
    lines = prepare("--skip-bad").out.splitlines()
    assert lines[0].startswith("stores/mine: 2 volumes (1 labelled), 8 slices; ")
    assert lines[2:4] == [
        "supplied and used: 2 of 3 images and 1 of 2 masks found, 32 labelled voxels stored "
        "(wall 32, pool 0)",
        "supplied and skipped: 1 image and 1 mask",
    ]
    index = json.loads(Path("stores/mine/index.json").read_text())["supplied"]
    assert (index["skipped_images"], index["skipped_masks"]) == (1, 1)
    assert "nothing had changed" not in prepare("--skip-bad").out  # what is skipped is told again
    assert json.loads(Path("stores/mine/index.json").read_text())["supplied"] == index


def test_a_store_of_a_version_that_did_not_count_what_was_skipped_opens(prepare) -> None:
    prepare()
    path = Path("stores/mine/index.json")
    index = json.loads(path.read_text())
    for key in ("skipped_images", "skipped_masks"):
        del index["supplied"][key]
    path.write_text(json.dumps(index))
    assert "nothing had changed" in prepare().out
