"""Patterns of names that differ in capital letters."""

import pytest

from dscl_tf.errors import DataError
from dscl_tf.planning.ids import ids_of
from dscl_tf.planning.spelling import any_spelling, ids_in_any_case


@pytest.mark.parametrize(
    ("pattern", "files", "found"),
    [
        ("{id}_T2.nii", ["a_T2.nii", "b_T2.nii"], "{id}_T2.nii"),
        ("{id}_Adc.nii", ["a_Adc.nii", "b_adc.nii"], "{id}_*dc.nii"),
        ("{id}/{id}_T2.nii", ["a/a_T2.nii", "b/b_t2.nii"], "{id}/{id}_*2.nii"),
        ("s*/{id}_T2.nii", ["s1/a_T2.nii", "s2/b_t2.nii"], "s*/{id}_*2.nii"),
        ("{id}_T2.nii", ["a_T2.nii", "a_t2.nii"], "{id}_T2.nii"),  # case tells these apart
        ("{id}_T2.nii", ["a_T2.nii", "A_T2.nii"], "{id}_T2.nii"),  # that of ids does not count
    ],
)
def test_a_pattern_fits_both_spellings(pattern: str, files: list[str], found: str) -> None:
    assert any_spelling(pattern, files) == found
    assert ids_in_any_case(pattern, files) == ids_of(found, files)


def test_a_pattern_that_would_fit_others_is_an_error() -> None:
    files = ["a_CT.nii", "b_ct.nii"]
    assert any_spelling("{id}_CT.nii", files) == "{id}_*.nii"
    with pytest.raises(DataError, match=r"^b_ct.nii: must be spelled as .* rename the file$"):
        any_spelling("{id}_CT.nii", files, ["a_CT_seg.nii"])
