import os
from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.readers import read_text


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffé".encode())
    assert read_text(tmp_path / "a") == "é"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "a: cannot be read: No such file"),
        (lambda path: path.mkdir(), "a: must be a regular file, got a directory"),
        (os.mkfifo, "a: must be a regular file, got a pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "a: must be a regular file, got a device"),
        (lambda path: path.symlink_to(path), "a: cannot be read: Too many levels of symbolic"),
        (lambda path: path.write_bytes(b"\xff"), "a: cannot be read: 'utf-8' codec"),
        (lambda path: path.write_bytes(b"x" * 101), "a: must hold at most 100 bytes, got more"),
    ],
)
def test_what_is_no_text_is_one_line(tmp_path: Path, make, message: str) -> None:
    make(tmp_path / "a")
    with pytest.raises(DataError, match=message):
        read_text(tmp_path / "a", most=100)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"cannot be read: .*(File name too long|embedded null)"):
        read_text(tmp_path / name)
