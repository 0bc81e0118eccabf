import pytest

from dscl_tf.data.inspect.leakage import leakage_findings, patient_groups, split_findings
from tests.data.inspect.made import splits


def test_splits_and_store_that_agree_give_no_warning():
    assert split_findings("abcdefg", splits()) == []


def test_missing_and_unused_volumes_are_counted():
    missing, unused = split_findings("abcdefxy", splits())
    assert (missing.rule, missing.value) == ("missing", 1)
    assert missing.message == ("splits: missing: test names 1 of 2 volumes that the store lacks: g")
    assert unused.message == "splits: unused: 2 of 8 volumes are in no split: x, y"


@pytest.mark.parametrize(
    ("group", "volume", "names"),
    [
        ("ag", "g", ("test", "unlabelled")),
        ("de", "e", ("labelled.1.c1.validation", "labelled.1.c1.train")),
        ("fxd", "f", ("test", "labelled.1.c1.train")),
    ],
)
def test_a_group_in_two_exclusive_parts_is_leakage(group, volume, names):
    (finding,) = leakage_findings([group], splits(), "shows the same image")
    assert (finding.volume, finding.rule) == (volume, "leakage")
    assert finding.message.startswith(f"volume {volume}: leakage: shows the same image as ")
    assert f"{volume} is in {names[0]} and " in finding.message
    assert finding.message.endswith(f" in {names[1]}")


@pytest.mark.parametrize("group", ["ab", "fg", "ad", "ae", "xg"])
def test_a_group_may_share_parts_that_may_overlap(group):
    assert leakage_findings([group], splits(), "shows the same image") == []


@pytest.mark.parametrize(
    ("ids", "groups"),
    [
        ("patient001_a patient001_b patient002_a", ["patient001_a patient001_b"]),
        (
            "sub-1_ses-1_run-1 sub-1_ses-2_run-1 sub-2_ses-1",
            ["sub-1_ses-1_run-1 sub-1_ses-2_run-1"],
        ),
        (
            "sub-1_ses-1 sub-1_ses-2 sub-1_ses-3 sub-2_ses-1",
            ["sub-1_ses-1 sub-1_ses-2 sub-1_ses-3"],
        ),
        ("Task_BRATS_1_0 Task_BRATS_1_1 Task_BRATS_2_0", ["Task_BRATS_1_0 Task_BRATS_1_1"]),
        ("001 002 003", []),
        ("hippocampus_001 hippocampus_002", []),
        ("left right", []),
        ("MR-2019-1 MR-2019-2 MR-2019-3 MR-2020-1 MR-2020-2 MR-2020-3", []),
    ],
)
def test_scans_of_a_patient_share_the_first_number(ids, groups):
    assert patient_groups(ids.split()) == [group.split() for group in groups]


def test_no_volume_is_no_group():
    assert patient_groups([]) == []
