"""The folders below another one, each once, links among them followed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path


def folders_below(
    source: Path, fail: Callable[[Path, OSError], None], passed_over: list[Path]
) -> Iterator[Path]:
    """Yield `source` and the folders below it, a folder before those that it holds, by name.

    Args:
        source: the topmost folder.
        fail: is called with a folder that cannot be listed.
        passed_over: gets the links to folders that are listed without them: links to a folder below
            `source` or above it, and second links to one elsewhere.
    """
    top = Path(os.path.realpath(source))
    visited = set()
    waiting = [source]
    while waiting:
        folder = waiting.pop()
        real = Path(os.path.realpath(folder))
        inside = real.is_relative_to(top) or top.is_relative_to(real)
        if folder != source and (
            real in visited or (inside and _below(folder, source, top) != real)
        ):
            passed_over.append(folder)
            continue
        visited.add(real)
        yield folder
        try:
            below = sorted(path for path in folder.iterdir() if path.is_dir())
        except OSError as error:
            fail(folder, error)
            continue
        waiting += reversed(below)


def _below(folder: Path, source: Path, top: Path) -> Path:
    """Return where a folder lies if no link leads to it."""
    return top / folder.relative_to(source)
