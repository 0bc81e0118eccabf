from pathlib import Path

import pytest

from dscl_tf.config import Experiment, load_config, replace
from dscl_tf.data.phantom import phantom_cases, phantom_patients
from dscl_tf.errors import DataError

SMALL = {"splits.unlabelled": ["001"], "splits.labelled": {}, "splits.test": ["002"]}


def test_patients_that_are_missing_are_written_and_all_are_listed(
    tiny: Experiment, tmp_path: Path, lines: list[str]
) -> None:
    for wanted, written in ((replace(tiny, SMALL), 2), (tiny, 3)):
        ids = [case.id for case in phantom_cases(wanted, tmp_path / "volumes")]
        assert lines[-1] == f"wrote {written} of the phantom's volumes to {tmp_path / 'volumes'}"
    assert ids == ["001", "002", "003", "004", "005"]


def test_fewer_patients_than_the_shipped_splits_name_are_never_written(tiny: Experiment) -> None:
    assert phantom_patients(replace(tiny, SMALL)) == 2
    assert phantom_patients(replace(load_config("phantom"), SMALL)) == 20


def test_without_volumes_there_are_no_patients(tiny: Experiment) -> None:
    none = {**SMALL, "splits.unlabelled": [], "splits.test": []}
    assert phantom_patients(replace(tiny, none)) == 0


def test_an_id_that_is_no_number_is_named(tiny: Experiment) -> None:
    with pytest.raises(DataError, match=r"numbers such as 001, got left$"):
        phantom_patients(replace(tiny, {**SMALL, "splits.test": ["left"]}))
