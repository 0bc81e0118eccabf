import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.evaluation import collect
from dscl_tf.evaluation.measure import MeasuredVolume
from dscl_tf.evaluation.write import replacing_directory, write_masks
from tests.evaluation.volumes import measured


def test_masks_and_maps_are_there_when_the_volume_comes_out(tmp_path: Path) -> None:
    doubt = np.full((3, 3, 2), 0.5, np.float32)
    volumes = iter([measured("a", 1), measured("b", 1, uncertainty=doubt)])
    written = write_masks(volumes, tmp_path, ".nii.gz")
    assert next(written).id == "a"
    assert [path.name for path in tmp_path.iterdir()] == ["a.nii.gz"]
    next(written)
    assert {path.name for path in tmp_path.iterdir()} == {
        "a.nii.gz",
        "b.nii.gz",
        "b_uncertainty.nii.gz",
    }


def test_one_volume_at_a_time_is_in_memory(tmp_path: Path) -> None:
    alive: list[weakref.ref] = []

    def volumes() -> Iterator[MeasuredVolume]:
        for name in "abc":
            assert [one() for one in alive] == [None] * len(alive)
            volume = measured(name, 1)
            alive.append(weakref.ref(volume))
            yield volume
            del volume

    collect(write_masks(volumes(), tmp_path, ".nii.gz"), 3, {}, "mm")
    assert len(alive) == 3


def test_a_directory_takes_the_place_of_the_former_one(tmp_path: Path) -> None:
    place = tmp_path / "evaluation-test"
    for content in ("first", "second"):
        with replacing_directory(place) as folder:
            (folder / content).touch()
    assert [path.name for path in place.iterdir()] == ["second"]
    assert list(tmp_path.iterdir()) == [place]


def test_the_former_directory_stays_if_writing_fails(tmp_path: Path) -> None:
    place = tmp_path / "evaluation-test"
    (place / "masks").mkdir(parents=True)
    with pytest.raises(DataError, match="broken"), replacing_directory(place):
        raise DataError("broken")
    assert [path.name for path in place.iterdir()] == ["masks"]
    assert list(tmp_path.iterdir()) == [place]


def test_no_mask_is_written_outside_the_folder(tmp_path: Path) -> None:
    for id in ("../EVIL", str(tmp_path / "EVIL")):
        with pytest.raises(DataError, match=r"masks: a name must hold no '/'"):
            list(write_masks(iter([measured(id, 1)]), tmp_path / "masks", ".nii.gz"))
    assert list(tmp_path.rglob("*EVIL*")) == []
