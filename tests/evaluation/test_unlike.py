"""Input unlike the training volumes is told, input like them is not."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store import SliceStore
from dscl_tf.data.store.ranges import Ranges, ranges_of
from dscl_tf.evaluation.unlike import training_ranges, unlike
from tests.data.files import settings
from tests.runs.made import create

RANGES = Ranges(
    pixel=(1.0, 2.0),
    slice_spacing=(8, 10),
    field_of_view=(100, 120),
    slices=(8, 12),
    intensities=(0, 1000),
    contrast=(800, 1000),
)


def volume(shape=(60, 60, 10), spacing=(2.0, 2.0, 10.0), low=0.0, high=1000.0) -> Volume:
    array = np.linspace(low, high, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return Volume(array, np.diag([-spacing[0], -spacing[1], spacing[2], 1]), spacing, Path("a.nii"))


@pytest.mark.parametrize(
    ("changed", "phrase"),
    [
        ({}, ""),
        ({"spacing": (2.4, 2.4, 11.0)}, ""),  # within the margin
        (
            {"spacing": (4.0, 4.0, 10.0), "shape": (30, 30, 10)},
            "pixels of 4 mm (1 to 2 in training)",
        ),
        ({"shape": (100, 60, 10)}, "a field of view of 200 x 120 mm (100 to 120 in training)"),
        ({"spacing": (2.0, 2.0, 1.0)}, "slices every 1 mm (8 to 10 in training)"),
        ({"shape": (60, 60, 40)}, "40 slices (8 to 12 in training)"),
        ({"low": -1000}, "intensities -980 to 980 (0 to 1000 in training)"),
        ({"high": 4000}, "intensities 40 to 3960 (0 to 1000 in training)"),
    ],
)
def test_what_lies_outside_the_ranges_is_told(changed: dict, phrase: str) -> None:
    assert unlike(volume(**changed), settings(), RANGES) == ([phrase] if phrase else [])


def test_of_a_fixed_range_of_intensities_enough_must_be_filled() -> None:
    data = settings(intensity_range=(-100.0, 300.0))
    assert unlike(volume(low=-1000, high=1000), data, RANGES) == []
    (phrase,) = unlike(volume(low=0, high=1), data, RANGES)
    assert phrase == "intensities 0.01 to 0.99 (data.intensity_range is -100 to 300)"


def test_a_run_records_the_ranges_of_its_store(
    tiny: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    ranges = ranges_of(store)
    depths = [entry.depth for entry in store.volumes.values()]
    assert ranges.slices == (min(depths), max(depths))
    new = create(tmp_path, tiny, "new", training_ranges=ranges.model_dump(mode="json"))
    old, damaged = create(tmp_path, tiny, "old"), create(tmp_path, tiny, "b", training_ranges=[1])
    assert training_ranges([new]) == training_ranges([new, old]) == ranges
    assert training_ranges([old, damaged]) is None
    assert unlike(volume(spacing=(99.0, 99.0, 99.0)), settings(), None) == []


def test_of_several_runs_the_ranges_hold_those_of_all(tiny: Experiment, tmp_path: Path) -> None:
    other = RANGES.model_copy(update={"slices": (3.0, 9.0)})
    runs = [
        create(tmp_path, tiny, f"{number}", training_ranges=each.model_dump(mode="json"))
        for number, each in enumerate((RANGES, other))
    ]
    both = training_ranges(runs)
    assert both is not None and both.slices == (3, 12)
