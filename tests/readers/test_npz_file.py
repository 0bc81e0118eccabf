import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.readers.npz_file import check_finite, map_npy, read_npz, write_npz

ARRAYS = {
    "a/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "step": np.array(7),
    "none": np.zeros((0, 3), np.uint8),
    "columns": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "half": np.ones(3, np.float16),
    "yes": np.array([True, False]),
    "swapped": np.arange(3, dtype=">i4"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.npz"


def test_the_file_is_that_of_numpy_byte_for_byte() -> None:
    ours, numpys = io.BytesIO(), io.BytesIO()
    write_npz(ours, ARRAYS)
    np.savez(numpys, **ARRAYS)
    assert ours.getvalue() == numpys.getvalue()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_read_as_numpy_reads_them(file: Path, save) -> None:
    save(file, **ARRAYS)
    ours = read_npz(file)
    with np.load(file) as numpys:
        assert list(ours) == list(numpys)
        for name in ours:
            np.testing.assert_array_equal(ours[name], numpys[name], strict=True)


def test_an_array_may_have_any_name(file: Path) -> None:
    names = ("file", "allow_pickle", "self", "a.npy", "ü $x_1$")
    with file.open("wb") as opened:
        write_npz(opened, {name: np.arange(2) for name in names})
    assert list(read_npz(file)) == list(names)


def archive(**members: bytes):
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as made:
            for name, content in members.items():
                made.writestr(name.replace("_npy", ".npy"), content)

    return write


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def header(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    fields = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, fields)
    return file.getvalue()


def encrypted(path: Path) -> None:
    archive(a_npy=npy(np.ones(3)))(path)
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + flags] |= 1
    path.write_bytes(content)


def of_unknown_compression(path: Path) -> None:
    archive(a_npy=npy(np.ones(3)))(path)
    content = bytearray(path.read_bytes())
    for mark, method in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        content[content.index(mark) + method] = 99
    path.write_bytes(content)


def flipped(path: Path) -> None:
    archive(a_npy=npy(np.ones(300)))(path)
    content = bytearray(path.read_bytes())
    content[1000] ^= 255
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: path.write_bytes(b""), "cannot be read as .npz: File is not a zip file"),
        (lambda path: path.write_bytes(npy(np.ones(3))), "cannot be read as .npz: File is not a z"),
        (lambda path: path.mkdir(), "must be a regular file, got a directory"),
        (archive(readme=b"x"), "must hold .npy files alone, got 'readme'"),
        (archive(a_npy=b"x"), "cannot be read as .npz"),
        (archive(a_npy=header((10**15,))), "header announces 4000000000000000 bytes"),
        (archive(a_npy=header((-1, 2))), "must have a shape of whole numbers"),
        (archive(a_npy=header((10**30,))), "header announces 4"),
        (archive(a_npy=npy(np.array([{}]))), "must be an array of numbers, got object"),
        (archive(a_npy=npy(np.zeros(2, "i4,f4"))), "must be an array of numbers, got [('f0'"),
        (archive(a_npy=npy(np.array(["x"]))), "must be an array of numbers, got <U1"),
        (archive(a_npy=npy(np.ones(3)) + b"more"), "header announces 24 bytes"),
        (encrypted, "must not be encrypted, 'a' is"),
        (
            of_unknown_compression,
            "cannot be read as .npz: That compression",
        ),
        (flipped, "cannot be read as .npz: Bad CRC-32"),
    ],
)
def test_what_is_no_file_of_plain_arrays_is_one_line(file: Path, write, message: str) -> None:
    write(file)
    with pytest.raises(DataError) as error:
        read_npz(file)
    assert str(error.value).startswith(f"{file}: ") and message in str(error.value)
    assert "\n" not in str(error.value)


def test_values_that_are_not_finite_are_counted() -> None:
    check_finite(ARRAYS, "a.npz")
    with pytest.raises(DataError, match=r"^a.npz: all .* finite, b holds 1 of 2 that are NaN or"):
        check_finite({"a": np.ones(1), "b": np.array([1, -np.inf])}, "a.npz")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy(np.ones(3, np.float32)), r"must be float32 \(2, None\) as the index says, got"),
        (npy(np.ones((2, 3))), r"must be float32 .*, got float64 \(2, 3\)"),
        (npy(np.array([{}])), "cannot be read as a NumPy array"),
        (header((2, 10**15)), "cannot be read as a NumPy array"),
        (b"PK\3\4", "cannot be read as a NumPy array"),
    ],
)
def test_an_array_that_cannot_be_mapped_is_one_line(file: Path, content, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DataError, match=message):
        map_npy(file, (2, None), np.float32)


def test_a_mapped_array_may_have_any_side_that_is_not_named(file: Path) -> None:
    file.write_bytes(npy(np.ones((2, 5), np.float32)))
    assert map_npy(file, (2, None), np.float32).shape == (2, 5)


def test_only_the_arrays_that_are_chosen_by_their_headers_are_read(file: Path) -> None:
    np.savez(file, **ARRAYS)

    def choose(headers):
        assert {name: (each.shape, each.dtype) for name, each in headers.items()} == {
            name: (array.shape, array.dtype) for name, array in ARRAYS.items()
        }
        return [name for name, header in headers.items() if header.size > 8]

    assert list(read_npz(file, choose)) == ["a/kernel", "columns", "swapped"]


def test_a_header_that_announces_a_long_header_is_not_read_whole(file: Path) -> None:
    archive(a_npy=b"\x93NUMPY\x02\x00" + (2**31).to_bytes(4, "little") + b" " * 2**20)(file)
    with pytest.raises(DataError, match=r"cannot be read as \.npz: EOF: reading array header"):
        read_npz(file)
