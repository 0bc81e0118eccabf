"""A .npz file whose last array has 3 GB, of which the disk holds nothing."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.readers.npz_file import write_npz

SIZE = 3 * 2**30  # bytes; an archive's entry says it in 32 bits


def with_huge_array(path: Path, name: str, arrays: Mapping[str, Any] | None = None) -> None:
    """Write `arrays`, and after them an array of SIZE zeros as a hole in the file."""
    made, header = BytesIO(), BytesIO()
    fields = {"descr": "|u1", "fortran_order": False, "shape": (SIZE,)}
    np.lib.format.write_array_header_1_0(header, fields)
    write_npz(made, arrays or {})
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(f"{name}.npy", header.getvalue())
    content = made.getvalue()
    end = content.index(b"PK\1\2")  # the directory, after all arrays
    entry = content.rindex(b"PK\1\2")
    directory = bytearray(content[end:])
    total = SIZE + len(header.getvalue())
    directory[entry - end + 20 : entry - end + 28] = struct.pack("<II", total, total)
    where = directory.rindex(b"PK\5\6") + 16
    directory[where : where + 4] = struct.pack("<I", end + SIZE)
    with path.open("wb") as file:
        file.write(content[:end])
        file.seek(end + SIZE)
        file.write(directory)
