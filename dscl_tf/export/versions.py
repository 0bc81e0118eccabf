"""The folder of a served model, which holds a folder for each version of it and nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dscl_tf.errors import DataError
from dscl_tf.export.formats import MODEL_FILES, Format
from dscl_tf.files import atomic_directory, report_read_errors

VERSION = re.compile(r"[0-9]+")
UNFINISHED = re.compile(r"\.[0-9]+\..*\.tmp")  # as `atomic_directory` calls what is being written


@contextmanager
def new_version(directory: Path, version: int, format: Format = "saved_model") -> Iterator[Path]:
    """Give a temporary directory that becomes `directory/version` once all is written.

    Args:
        directory: the model's folder. It need not exist.
        version: the version's number.
        format: of the new version, which other versions must share.

    Raises:
        DataError: the version exists, `directory` holds anything but versions of the same format,
            or cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     with new_version(Path(home, "heart"), 3) as written:
    ...         _ = Path(written, "saved_model.pb").write_text("")
    ...     sorted(str(path.relative_to(home)) for path in Path(home).rglob("*"))
    ['heart', 'heart/3', 'heart/3/saved_model.pb']
    """
    if directory.is_dir():
        check_holds_versions(directory, format)
        with atomic_directory(directory / str(version)) as saved:
            yield saved
    else:
        with atomic_directory(directory) as whole:
            saved = whole / str(version)
            saved.mkdir()
            yield saved


def check_holds_versions(directory: Path, format: Format) -> None:
    """Check that an existing folder is a model's: whoever serves it may take all for versions.

    Raises:
        DataError: it holds something else, or a version of another format, or cannot be read.
    """
    with report_read_errors(directory):
        for entry in sorted(directory.iterdir()):
            if UNFINISHED.fullmatch(entry.name):
                continue
            found = _format_of(entry)
            if found is None:
                raise DataError(
                    f"{directory}: must be a new folder or hold exported versions alone, "
                    f"got {entry.name} in it; name another output"
                )
            if found not in (format, "empty"):
                raise DataError(
                    f"{directory}: must hold versions of one format, got {found} in {entry.name} "
                    f"beside a new one in {format}; name another output"
                )


def _format_of(entry: Path) -> str | None:
    """Return a version's format, "empty" of an empty folder, None of all else."""
    if not (VERSION.fullmatch(entry.name) and entry.is_dir()):
        return None
    if not any(entry.iterdir()):
        return "empty"
    return next((kind for kind, file in MODEL_FILES.items() if (entry / file).is_file()), None)
