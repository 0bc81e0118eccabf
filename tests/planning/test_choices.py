from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.data.io import Volume
from dscl_tf.data.layouts import Case
from dscl_tf.planning.choices import choose
from dscl_tf.planning.fingerprint import Scan

BOX = ((0, 1), (0, 1), (0, 1))


def scans(ids: list[str], masked: int, values=(1,)) -> list[Scan]:
    place = Volume(np.ones((2, 2, 2), np.float32), np.eye(4), (1, 1, 1), Path("a.nii"))
    found = []
    for number, id in enumerate(ids):
        boxes = dict.fromkeys(values, BOX) if number < masked else {}
        found.append(Scan(Case(id, Path(id), Path(id) if boxes else None), place, boxes, {}))
    return found


def names(count: int) -> list[str]:
    return [f"p{number:03d}" for number in range(count)]


@pytest.mark.parametrize(
    ("masked", "counts"),
    [
        (0, (0, 0, 0)),
        (1, (0, 0, 0)),
        (2, (1, 1, 0)),
        (3, (1, 1, 1)),
        (5, (2, 1, 2)),
        (20, (13, 2, 5)),
    ],
)
def test_how_many_are_for_what(masked: int, counts) -> None:
    chosen = choose(scans(names(30), masked), set(), 1, pictures=False)
    assert (len(chosen.train), len(chosen.validation), len(chosen.test)) == counts
    assert len(chosen.unlabelled) == 30 - counts[2]


@given(masked=st.integers(0, 40), patients=st.integers(2, 20), seed=st.integers(0, 5))
def test_no_patient_is_tested_and_seen(masked: int, patients: int, seed: int) -> None:
    ids = [f"p{number:03d}_{visit}" for number in range(patients) for visit in "ab"]
    chosen = choose(scans(ids, masked), set(), seed, pictures=False)
    parts = [chosen.train, chosen.validation, chosen.test]
    patient = [{id[:4] for id in part} for part in parts]
    assert not patient[0] & patient[1] and not patient[2] & (patient[0] | patient[1])
    assert not patient[2] & {id[:4] for id in chosen.unlabelled}
    assert bool(chosen.train) == bool(chosen.validation)


def test_masks_that_show_every_class_train_and_select() -> None:
    some = scans(names(4), 4)
    whole = scans(["q1", "q2"], 2, values=(1, 2))
    chosen = choose([*some, *whole], set(), 1, pictures=False)
    assert {*chosen.validation} | {*chosen.train} >= {"q1", "q2"}


def test_volumes_of_one_slice_are_not_for_pretraining() -> None:
    chosen = choose(scans(names(4), 0), {"p001"}, 1, pictures=False)
    assert "p001" not in chosen.unlabelled and chosen.unused == ("p001",)
