"""Which files are sequences of the same patients, by their names alone."""

import pytest

from dscl_tf.errors import UsageError
from dscl_tf.planning.sequences import find_sequences, pattern_of, twins, wished_sequences


def tree(*patterns: str, ids=("p1", "p2", "p3", "p4")) -> list[str]:
    return sorted(pattern.replace("{id}", id) for pattern in patterns for id in ids)


@pytest.mark.parametrize(
    "patterns",
    [
        {"T2": "{id}_T2.nii.gz", "ADC": "{id}_ADC.nii.gz"},
        {"t2": "t2/{id}.nii.gz", "adc": "adc/{id}.nii.gz"},
        {"t2": "{id}/t2.nii", "dwi": "{id}/dwi.nii", "adc": "{id}/adc.nii"},
        {"T1w": "{id}/anat/{id}_T1w.nii", "FLAIR": "{id}/anat/{id}_FLAIR.nii"},
        {"t2": "t2_{id}.nii", "adc": "adc_{id}.nii"},
        {"T2": "T2/{id}_T2.nii", "ADC": "ADC/{id}_ADC.nii"},
        {"t2": "ax_t2_tse/{id}.nii", "adc": "ep2d_diff_adc/{id}.nii"},
        {"t1n": "{id}/{id}-t1n.nii", "t1c": "{id}/{id}-t1c.nii", "t2f": "{id}/{id}-t2f.nii"},
        {"0": "imagesTr/{id}_0000.nii.gz", "1": "imagesTr/{id}_0001.nii.gz"},
    ],
)
@pytest.mark.parametrize("count", [2, 4])
def test_names_of_sequences_with_the_same_ids_are_channels(patterns, count: int) -> None:
    files = tree(*patterns.values(), ids=[f"p{n}" for n in range(count)])
    assert find_sequences(files) == patterns


def test_those_that_show_anatomy_come_first() -> None:
    names = ("ADC", "DWI", "FLAIR", "T2", "T1")
    files = tree(*(f"{{id}}_{name}.nii" for name in names))
    assert list(find_sequences(files)) == ["T1", "T2", "FLAIR", "ADC", "DWI"]


@pytest.mark.parametrize(
    "files",
    [
        tree("a/{id}.nii", "b/{id}.nii"),  # two groups of patients, or two sequences?
        tree("{id}_first.nii", "{id}_second.nii"),
        [*tree("ct/{id}.nii"), *tree("mr/{id}.nii", ids=("q1", "q2", "q3"))],  # other patients
        tree("t2/{id}.nii"),
        [f"{n:04d}.nii" for n in range(4)],
        [f"scan_{n:04d}.nii" for n in range(4)],
        ["a_0000.nii", "a_0002.nii", "b_0000.nii", "b_0002.nii"],
        [*tree("{id}_t1.nii"), "p1_t2.nii", "p2_t2.nii"],  # half of the patients lack it
        [*tree("{id}.nii", ids="abcdefgh"), *tree("{id}_t2.nii", "{id}_adc.nii", ids="ab")],
    ],
)
def test_what_is_not_surely_sequences_is_none(files) -> None:
    assert find_sequences(sorted(files)) == {}


def test_a_sequence_that_one_of_four_lacks_is_a_channel_and_one_that_half_lack_is_none() -> None:
    files = [*tree("{id}_T2.nii", "{id}_ADC.nii"), "p1_DWI.nii", "p2_DWI.nii"]
    files.remove("p3_ADC.nii")
    assert list(find_sequences(files)) == ["T2", "ADC"]


def test_a_word_that_all_paths_hold_tells_nothing() -> None:
    files = tree("mr/{id}_T2.nii", "mr/{id}_ADC.nii")
    assert find_sequences(files) == {"T2": "mr/{id}_T2.nii", "ADC": "mr/{id}_ADC.nii"}


def test_folders_of_patients_of_one_sequence_become_one_pattern() -> None:
    files = [
        *tree("siteA/{id}_T2.nii", "siteA/{id}_ADC.nii", ids=("p1",)),
        *tree("siteB/{id}_T2.nii", "siteB/{id}_ADC.nii", ids=("p2", "p3")),
    ]
    found = find_sequences(files)
    assert found == {"T2": "site*/{id}_T2.nii", "ADC": "site*/{id}_ADC.nii"}


def test_the_user_names_words_in_paths() -> None:
    files = tree("a/{id}.nii", "b/{id}.nii")
    assert wished_sequences(files, ["b", "a"]) == {"b": "b/{id}.nii", "a": "a/{id}.nii"}
    with pytest.raises(UsageError, match=r"`channels`: must be words in .* got c, which no"):
        wished_sequences(files, ["a", "c"])


def test_a_name_at_either_end_of_all_ids_belongs_to_the_pattern() -> None:
    assert pattern_of(["1_T2.nii", "2_T2.nii"], "t2") == "{id}_T2.nii"
    assert pattern_of(["1/1_T2.nii", "2/2_T2.nii"], "T2") == "{id}/{id}_T2.nii"


def test_files_with_the_same_ids_are_told_by_the_word_that_differs() -> None:
    files = tree("a/{id}.nii", "b/{id}.nii", "c/other{id}.nii")
    assert twins("a/{id}.nii", files) == {"a": "a/{id}.nii", "b": "b/{id}.nii"}
    assert twins("a/{id}.nii", tree("a/{id}.nii")) == {}
    alike = ["a/{id}.nii", "b/{id}.nii", "{id}/a.nii"]  # two are told by the word a
    assert sorted(twins("a/{id}.nii", tree(*alike))) == sorted(alike)
