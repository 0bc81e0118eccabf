"""Finding files by a pattern."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path


def find(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield what lies in `folder` under names that fit `parts`, one pattern for each level.

    Unlike `Path.glob`, which passes over what it may not list: that is not the same as empty.

    Raises:
        OSError: a folder on the way cannot be listed.
    """
    for path in sorted(folder.iterdir()):
        if fnmatchcase(path.name, parts[0]):
            if len(parts) == 1:
                yield path
            elif path.is_dir():
                yield from find(path, parts[1:])
