"""Finding files by a pattern."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path


def find(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield the paths below `folder` that fit `parts`, one pattern for each level.

    A folder that cannot be listed is an error. `Path.glob` passes over it, as if it were empty.

    Raises:
        OSError: a folder on the way cannot be listed.
    """
    for path in sorted(folder.iterdir()):
        if fnmatchcase(path.name, parts[0]):
            if len(parts) == 1:
                yield path
            elif path.is_dir():
                yield from find(path, parts[1:])
