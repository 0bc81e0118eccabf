import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.errors import DataError

quiet = effort(deadline=None)


@quiet
@given(st.lists(st.text(max_size=5), max_size=8))
def test_texts_come_back(texts):
    packed = TextColumn.pack(texts)
    arrays = {f"a_{part}": array for part, array in packed.items()}
    column = TextColumn.checked(arrays, "a", "file")
    assert list(column) == column.all() == texts


def test_names_of_files_that_are_no_text_come_back():
    assert TextColumn(**TextColumn.pack(["a\udcff"]))[0] == "a\udcff"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ([0xC3, 0xBC], [1, 2]),  # within a character
        ([0xFF], [1]),
        ([97], [2]),
        ([97, 98], [1]),
        ([97, 98], [2, 1, 2]),
        ([97], []),
    ],
)
def test_what_is_no_column_is_one_line(text, ends):
    arrays = {"a_text": np.array(text, np.uint8), "a_ends": np.array(ends, np.int64)}
    with pytest.raises(DataError, match=r"^file: a: must be "):
        TextColumn.checked(arrays, "a", "file")
