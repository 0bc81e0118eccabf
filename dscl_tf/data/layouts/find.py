"""Finding files by a pattern, or by a name in another Unicode form."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from dscl_tf.text import one_form


def find(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield the paths below `folder` that fit `parts`, one pattern for each level.

    A folder that cannot be listed is an error. `Path.glob` passes over it, as if it were empty.

    Raises:
        OSError: a folder on the way cannot be listed.
    """
    for path in sorted(folder.iterdir()):
        if fnmatchcase(one_form(path.name), one_form(parts[0])):
            if len(parts) == 1:
                yield path
            elif path.is_dir():
                yield from find(path, parts[1:])


def on_disk(path: Path) -> Path:
    """Return the path of a file as its folder spells it, which may be in another Unicode form.

    Where there is no such file, the path is returned as it is.
    """
    if str(path).isascii() or os.path.lexists(path):
        return path
    folder = path.parent if path.parent.is_dir() else on_disk(path.parent)
    if not folder.is_dir():
        return path
    wanted = one_form(path.name)
    return next((one for one in sorted(folder.iterdir()) if one_form(one.name) == wanted), path)
