"""Which volumes train, select and test: whole patients, none in two lists."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dscl_tf.data.inspect.leakage import patient_groups
from dscl_tf.planning.fingerprint import Scan

# By the number of labelled patients: how many select, and how many test.
FEW = {0: (0, 0), 1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (1, 1), 5: (1, 2)}
TESTED = 4  # one patient of so many is for the test
PICTURES_SELECTED = 10  # one picture of so many selects


@dataclass(frozen=True)
class Choice:
    """Lists of ids.

    Attributes:
        unlabelled: for pre-training, which reads no masks.
        train: labelled, for fine-tuning.
        validation: labelled, to select the weights.
        test: labelled, for the final numbers.
        unused: in no list: other scans of patients that are tested, and volumes that cannot be
            cut into partitions.
        why: how they were chosen.
    """

    unlabelled: tuple[str, ...]
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    unused: tuple[str, ...]
    why: str

    @property
    def lists(self) -> dict[str, list[str]]:
        """The lists of a file of splits."""
        return {
            name: list(getattr(self, name))
            for name in ("unlabelled", "train", "validation", "test")
        }


def choose(
    scans: Sequence[Scan],
    flat: set[str],
    seed: int,
    *,
    pictures: bool,
    reserved: Collection[str] = (),
) -> Choice:
    """Choose volumes for each purpose.

    Scans whose ids begin alike are of one patient (`patient_groups`). Patients whose masks show
    every class train and select before others.

    Args:
        scans: all volumes.
        flat: ids of volumes of one slice, which pre-training cannot use.
        seed: of the draw.
        pictures: whether they are pictures, which are all patients of their own.
        reserved: ids that the data set itself keeps for the test.
    """
    patients = _patients([scan.id for scan in scans], pictures=pictures)
    values = {value for scan in scans for value in scan.boxes}
    by_id = {scan.id: scan for scan in scans}
    masks = [
        masked
        for ids in patients
        if (masked := [one for one in ids if by_id[one].boxes]) and ids[0] not in reserved
    ]
    random.Random(seed).shuffle(masks)

    def shown(ids: Sequence[str]) -> int:
        return len({value for one in ids for value in by_id[one].boxes})

    complete = [ids for ids in masks if shown(ids) == len(values)]
    ordered = [*complete, *(ids for ids in masks if ids not in complete)]
    select, test = _counts(len(masks), pictures=pictures)
    test = 0 if reserved else test
    if len(masks) == 1:  # nothing would be left to select the weights by
        ordered = []
    least = min(1, len(ordered))
    first = ordered[:least]
    validation = ordered[least : least + select]
    rest = ordered[least + select :]
    random.Random(seed + 1).shuffle(rest)
    tested, trained = rest[:test], [*first, *rest[test:]]
    tested += [[one] for one in reserved if by_id[one].boxes]
    parts = [_ids(part) for part in (trained, validation, tested)]
    of_tested = {one for ids in patients if set(ids) & set(parts[2]) for one in ids}
    unlabelled = tuple(s.id for s in scans if s.id not in of_tested and s.id not in flat)
    used = {*unlabelled, *parts[0], *parts[1], *parts[2]}
    unused = tuple(scan.id for scan in scans if scan.id not in used)
    what = "pictures" if pictures else "patients"
    why = _why(len(masks), what, len(trained), len(validation), len(tested), seed)
    if reserved:
        why += " The test is the data set's own part val."
    return Choice(unlabelled, parts[0], parts[1], parts[2], unused, why)


def _patients(ids: Sequence[str], *, pictures: bool) -> list[list[str]]:
    groups = [] if pictures else patient_groups(ids)
    grouped = {one for group in groups for one in group}
    return sorted([*groups, *([one] for one in ids if one not in grouped)])


def _counts(patients: int, *, pictures: bool) -> tuple[int, int]:
    """Return how many labelled patients select, and how many test."""
    if patients in FEW:
        return FEW[patients]
    select = max(2, patients // PICTURES_SELECTED) if pictures else 2
    return select, max(2, patients // TESTED)


def _ids(part: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted(one for ids in part for one in ids))


def _why(patients: int, what: str, train: int, select: int, test: int, seed: int) -> str:
    if patients == 0:
        return "No volume shows a class in a mask: pre-training only."
    if patients == 1:
        return (
            "One labelled patient: training needs a second one to select the weights. "
            "Pre-training only."
        )
    tested = f"{test} test" if test else "none is left for a test: Dice is that of the validation"
    return (
        f"{patients} labelled {what}, drawn with seed {seed}: {train} train, {select} "
        f"select{'s' if select == 1 else ''} the weights, {tested}."
    )
