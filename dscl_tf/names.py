"""Names that become part of a path: ids of volumes, and names of files and figures.

They come from file names, DICOM headers, indexes and configurations, any of which somebody else may
have written. Every writer joins them to a folder with `path_in`.
"""

import unicodedata
from pathlib import Path

from dscl_tf.errors import DataError

LONGEST = 220  # bytes; file systems allow 255, endings and temporary names take up to 35
SEPARATORS = "/\\"
CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # Unicode categories: controls, half characters, line ends


def broken_name(name: str) -> str | None:
    """Return the rule that a text breaks as a name, and the text; None where it is a name.

    A name holds letters, digits, spaces, `.`, `_`, `-` and the like, never a separator or a
    control character. It is not made of dots alone.

    >>> broken_name("patient 007_ed")
    >>> broken_name("../007")
    "a name must hold no '/', got '../007'"
    >>> broken_name("..")
    "a name must hold more than dots, got '..'"
    """
    if not isinstance(name, str):
        return f"a name must be text, got {name!a:.80}"
    shown = ascii(name) if len(name) <= 80 else f"{name[:80]!a}..."
    for character in name:
        if character in SEPARATORS or unicodedata.category(character) in CONTROLS:
            return f"a name must hold no {character!a}, got {shown}"
    if not name.strip(". "):
        return f"a name must hold more than dots, got {shown}"
    if (length := len(name.encode())) > LONGEST:
        return f"a name must have at most {LONGEST} bytes, got {length}: {shown}"
    return None


def check_name(name: str, source: str | Path) -> str:
    """Return `name`, if it is one.

    Args:
        name: the text.
        source: where it comes from, for the message.

    Raises:
        DataError: it is none, as `broken_name` says.
    """
    if problem := broken_name(name):
        raise DataError(f"{source}: {problem}")
    return name


def path_in(folder: Path, name: str, ending: str = "") -> Path:
    """Return the path of the file `name` + `ending` that lies in `folder` itself.

    >>> path_in(Path("masks"), "007", ".nii.gz")
    PosixPath('masks/007.nii.gz')

    Raises:
        DataError: `name` is no name.
    """
    return folder / f"{check_name(name, folder)}{ending}"
