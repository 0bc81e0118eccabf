"""The files of which a volume consists: one, or a header and its voxels."""

import re
from pathlib import Path

from dscl_tf.data.io.endings import OTHERS, has_ending
from dscl_tf.errors import DataError
from dscl_tf.files import check_is_file, report_read_errors

KINDS = {
    ".nrrd": "a NRRD file",
    ".mha": "a MetaImage file",
    ".mhd": "a MetaImage header",
    ".hdr": "the header of a NIfTI or Analyze pair",
    ".img": "the voxels of a NIfTI or Analyze pair",
}
HEADER_BYTES = 1 << 16  # of text, within which its fields must stand


def reads(path: str | Path) -> bool:
    """Return whether a path is one that this package reads, by its ending.

    A folder is not. Neither is a DICOM file, which may end in .img; other voxels of that ending
    need a header beside them.

    >>> reads("scan.nrrd"), reads("scan.mha"), reads("scan.nii.gz")
    (True, True, False)
    """
    path = Path(path)
    if not has_ending(path, OTHERS) or path.is_dir():
        return False
    if path.suffix.lower() != ".img" or not path.is_file():
        return True
    with report_read_errors(path), path.open("rb") as file:
        marked = file.read(132)[128:] == b"DICM"
    return not marked and any(path.with_suffix(ending).is_file() for ending in (".hdr", ".HDR"))


def files_of(path: str | Path) -> list[Path]:
    """Return the files of a volume, its header first.

    The voxels must lie in the file itself, or in the same folder in one file.

    Raises:
        DataError: one of them is missing or no regular file, or they lie elsewhere.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.hdr", "a.img"):
    ...         Path(folder, name).touch()
    ...     [path.name for path in files_of(Path(folder, "a.img"))]
    ['a.hdr', 'a.img']
    """
    path = Path(path)
    ending = path.suffix.lower()
    check_is_file(path, KINDS[ending])
    if ending in (".hdr", ".img"):
        return [_half(path, ".hdr"), _half(path, ".img")]
    if ending == ".nrrd":
        if re.search(r"(?im)^data ?file:", header_text(path)):
            raise DataError(f"{path}: must hold its voxels itself, got one that names other files")
        return [path]
    return [path, *_voxels_of_metaimage(path)]


def header_text(path: Path) -> str:
    """Return the text at the beginning of a file, up to the first empty line of a NRRD.

    Raises:
        DataError: the file cannot be read.
    """
    with report_read_errors(path), path.open("rb") as file:
        text = file.read(HEADER_BYTES).decode("latin-1")
    return text.replace("\r\n", "\n").partition("\n\n")[0]


def _half(path: Path, ending: str) -> Path:
    """Return the half of a pair with this ending, in upper or lower case."""
    for one in (ending, ending.upper()):
        half = path.with_suffix(one)
        if half.is_file():
            return half
    raise DataError(f"{path.with_suffix(ending)}: must be {KINDS[ending]}, got no such file")


def _voxels_of_metaimage(path: Path) -> list[Path]:
    found = re.search(r"(?m)^\s*ElementDataFile\s*=\s*(.*?)\s*$", header_text(path))
    if found is None:
        raise DataError(f"{path}: must be {KINDS[path.suffix.lower()]}, got no ElementDataFile")
    name = found[1]
    if name.upper() == "LOCAL":
        return []
    if name != Path(name).name or "%" in name or name.upper().startswith("LIST"):
        raise DataError(
            f"{path}: ElementDataFile must be LOCAL or one file in the same folder, got {name:.80}"
        )
    voxels = path.with_name(name)
    check_is_file(voxels, "the voxels of a MetaImage")
    return [voxels]
