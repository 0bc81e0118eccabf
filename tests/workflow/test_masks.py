"""Masks of unlabelled volumes, written while the next volume is predicted."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.data.io.files import read_image
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.evaluation.masks import write_prediction
from dscl_tf.evaluation.predict import predict_volume
from dscl_tf.progress import TICK, Progress, told
from dscl_tf.workflow import masks
from dscl_tf.workflow.masks import write_masks
from tests.logs import interrupted_at

IDS = ["002", "003", "001"]


class Bands:
    """A network whose four classes are bands of brightness."""

    jit_compile = False

    def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
        levels = np.linspace(0, 1, 4, dtype=np.float32)
        return -20 * np.abs(x[..., :1] - levels)  # (batch, H, W, classes)


@pytest.fixture
def run(tiny: Experiment) -> Any:
    return SimpleNamespace(config=tiny, record={})


def test_masks_are_byte_for_byte_those_of_one_volume_after_the_other(
    run, store: SliceStore, tmp_path: Path, lines: list[str]
) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    write_masks(run, Bands(), store, IDS, folder)
    for id in IDS:
        entry = store.volumes[id]
        slices = np.asarray(store.images[entry.slices.start : entry.slices.stop])
        mask, _ = predict_volume([Bands()], slices, entry.geometry)
        assert len(np.unique(mask)) > 1
        image = read_image(entry.source, run.config.data)
        write_prediction(tmp_path / f"{id}.nii.gz", mask, image)
        name = f"{id}.nii.gz"
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes()
    assert lines == [f"{folder / id}.nii.gz ({n}/3)" for n, id in enumerate(IDS, start=1)]


def test_what_was_stopped_goes_on_with_the_masks_that_lack(
    run, store: SliceStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with interrupted_at(f"{tmp_path / '002'}"):
        write_masks(run, Bands(), store, IDS, tmp_path)
    before = (tmp_path / "002.nii.gz").stat().st_mtime_ns
    with caplog.at_level(TICK, "dscl_tf"):
        write_masks(run, Bands(), store, IDS, tmp_path)
    heard = [told(record) for record in caplog.records]
    assert [one.done for one in heard if isinstance(one, Progress)] == [0, 1, 2, 3]
    assert (tmp_path / "002.nii.gz").stat().st_mtime_ns == before
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["001.nii", "002.nii", "003.nii"]


def test_an_error_leaves_the_masks_before_it(
    run, store: SliceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = masks.read_unchanged_image

    def fail_at_third(entry, data):
        if entry.id == IDS[2]:
            raise DataError("changed")
        return read(entry, data)

    monkeypatch.setattr(masks, "read_unchanged_image", fail_at_third)
    with pytest.raises(DataError, match="changed"):
        write_masks(run, Bands(), store, IDS, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["002.nii.gz", "003.nii.gz"]
