from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.readers import Record, read_json, read_tree


class Inner(Record):
    number: int


class Outer(Record):
    name: str
    inner: tuple[Inner, ...] = ()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.json"


def test_keys_of_later_versions_are_kept_in_their_place(file: Path) -> None:
    file.write_text('{"later": 1, "name": "x", "inner": [{"number": 2}]}')
    assert read_json(file, Outer).inner[0].number == 2
    assert list(read_tree(file, Outer)) == ["later", "name", "inner"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be JSON: Expecting value"),
        ("{", "must be JSON: Expecting property name"),
        ("[]", "must hold an object of keys, got list"),
        ("{}", "must hold name"),
        ('{"name": 1}', "name: Input should be a valid string, got 1"),
        ('{"name": "x", "inner": [{}]}', "inner.0: must hold number"),
        ('{"name": "x", "inner": [{"number": "1"}]}', "inner.0.number: Input should be a valid in"),
        ('{"name": "x", "name": "y"}', "must be JSON: must name each key once, got twice 'name'"),
        ('{"name": ' + "[" * 100_000, "too many nested brackets"),
        ('{"name": ' + "1" * 10_000 + "}", "must be JSON: Exceeds the limit"),
    ],
)
def test_what_does_not_fit_is_one_line(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(DataError) as error:
        read_json(file, Outer)
    assert str(error.value).startswith(f"{file}: {message}") or message in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 400
