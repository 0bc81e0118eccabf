"""One DICOM file: whether it may be a slice, what its header says, and its pixels."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dscl_tf.data.io.dicom.gdcm import GDCM, RefusedError
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors

TAGS = {
    "SOPClassUID": "0008|0016",
    "SOPInstanceUID": "0008|0018",
    "SeriesDescription": "0008|103e",
    "SliceThickness": "0018|0050",
    "SeriesInstanceUID": "0020|000e",
    "SeriesNumber": "0020|0011",
    "PatientID": "0010|0020",
    "ImagePositionPatient": "0020|0032",
    "ImageOrientationPatient": "0020|0037",
    "SamplesPerPixel": "0028|0002",
    "NumberOfFrames": "0028|0008",
    "Rows": "0028|0010",
    "Columns": "0028|0011",
    "PixelSpacing": "0028|0030",
    "BitsAllocated": "0028|0100",
}
# How the UIDs of SOP classes without slices begin: the directory of a medium, presentation states,
# reports, documents, waveforms, spectra, raw data and segmentations, radiotherapy objects.
NO_SLICE = (
    "1.2.840.10008.1.3.10",
    *(f"1.2.840.10008.5.1.4.1.1.{kind}." for kind in (4.2, 9, 11, 66, 88, 104, 481)),
)
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"  # of pages, screens: dose reports, key images
SOP_CLASS, TRANSFER_SYNTAX = b"\x02\x00\x02\x00UI", b"\x02\x00\x10\x00UI"
UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
MOST_PIXELS = 1 << 28  # of a slice: 1 GiB in memory
ENDINGS = (".dcm", ".dicom", ".ima")
FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")  # how a file without the mark DICM begins


@dataclass(frozen=True)
class Header:
    """The header of one slice.

    Attributes:
        path: the file.
        values: the entries of `TAGS` that the file has, by name.
    """

    path: Path
    values: Mapping[str, str]

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """Return the `count` numbers of an entry.

        Raises:
            DataError: it is missing, or holds something else.
        """
        text = self.values.get(name, "")
        try:
            numbers = tuple(float(part) for part in text.split("\\"))
        except ValueError:
            numbers = ()
        if len(numbers) != count or not np.isfinite(numbers).all():
            what = "a number" if count == 1 else f"{count} numbers"
            raise DataError(f"{self.path}: {name} must be {what}, got {text[:80] or 'none'}")
        return numbers


def may_be_slice(path: Path) -> bool:
    """Return whether a file may be a slice.

    It is none if it neither begins like DICOM nor has a name like DICOM, or if it is an object of a
    class without slices, such as a report or a DICOMDIR.

    Raises:
        DataError: the file cannot be opened.
    """
    start = _start(path)
    if start[128:132] == b"DICM":
        return not f"{_uid(start, SOP_CLASS)}.".startswith(NO_SLICE)
    return path.suffix.lower() in ENDINGS or start.startswith(FIRST_GROUPS)


def read_header(path: Path) -> Header:
    """Read the header of a slice; it is read again only after the file has changed.

    Raises:
        DataError: GDCM cannot read the file as an image.
    """
    with report_read_errors(path):
        stat = path.stat()
    return _read_header(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=1 << 16)
def _read_header(path: Path, _changed: int, _size: int) -> Header:
    try:
        values = GDCM.header(path, TAGS)
    except RefusedError as error:
        raise DataError(
            f"{path}: must be a DICOM image, got a file that is damaged, is none, or holds no "
            "pixel data"
        ) from error
    return Header(path, {name: _readable(text) for name, text in values.items()})


def is_capture(header: Header) -> bool:
    """Return whether an image is none of a scanner: in colour, or a secondary capture.

    A secondary capture that lies in the patient as slices do is taken as one.
    """
    if header.values.get("SamplesPerPixel", "") not in ("", "1"):
        return True
    captured = f"{header.values.get('SOPClassUID', '')}.".startswith(f"{SECONDARY_CAPTURE}.")
    placed = ("ImagePositionPatient", "ImageOrientationPatient")
    return captured and not all(header.values.get(name) for name in placed)


def are_copies(one: Header, other: Header) -> bool:
    """Return whether two files hold the same slice: one SOPInstanceUID, entries and pixels.

    Some anonymisers give one UID to all slices, so the UID alone says little.
    """
    if one.values != other.values or not one.values.get("SOPInstanceUID"):
        return False
    with report_read_errors(one.path):
        if one.path.read_bytes() == other.path.read_bytes():
            return True
    return np.array_equal(read_pixels(one), read_pixels(other))


def read_pixels(header: Header) -> np.ndarray:
    """Read a slice, RescaleSlope and RescaleIntercept applied.

    Returns:
        (rows, columns) float32.

    Raises:
        DataError: GDCM cannot decompress the pixels, or the file is shorter than they are.
    """
    path = header.path
    syntax = _uid(_start(path), TRANSFER_SYNTAX)
    rows, columns, bits = (
        int(header.numbers(name, 1)[0]) for name in ("Rows", "Columns", "BitsAllocated")
    )
    if not 0 < rows * columns <= MOST_PIXELS:  # a compressed file may be far smaller than these
        raise DataError(
            f"{path}: must hold at most {MOST_PIXELS} pixels, got {rows} x {columns} of them"
        )
    needed = rows * columns * bits // 8
    with report_read_errors(path):
        size = path.stat().st_size
    if syntax in UNCOMPRESSED and size < needed:  # GDCM would fill up with zeros
        raise DataError(
            f"{path}: must hold {rows} x {columns} pixels, {needed} bytes, got {size} bytes"
        )
    try:
        return GDCM.pixels(path)
    except RefusedError as error:
        raise DataError(
            f"{path}: its pixels cannot be read by GDCM, got transfer syntax {syntax or 'none'}"
        ) from error


def _start(path: Path) -> bytes:
    with report_read_errors(path), path.open("rb") as file:
        return file.read(4096)


def _uid(start: bytes, element: bytes) -> str:
    """Return a UID of the file's first group, or "".

    SimpleITK does not give access to this group, whose encoding is the same in all files.
    """
    place = start.find(element, 132) + len(element)
    if place < len(element):
        return ""
    length = int.from_bytes(start[place : place + 2], "little")
    return start[place + 2 : place + 2 + length].decode("ascii", "replace").rstrip("\0 ")


def _readable(text: str) -> str:
    """Return a value that can be printed, whatever character set it was written in."""
    return text.encode(errors="surrogateescape").decode(errors="replace").strip("\0 ")
