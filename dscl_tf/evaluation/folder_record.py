"""`predict.json`: which masks of a folder are valid, and what they were made of and with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from dscl_tf.data.io.files import files_of
from dscl_tf.files import report_read_errors
from dscl_tf.readers import Record

RECORD = "predict.json"


class Stamp(Record):
    """What tells whether an input is still as it was, without reading it.

    Attributes:
        path: of the input, absolute.
        files: number of its files: one, one per channel, a header and its voxels, or the slices of
            a series.
        bytes: of all of them.
        modified_ns: when the one that changed last was modified, ns since 1970.
    """

    path: str
    files: int
    bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path, further: Sequence[Path] = ()) -> "Stamp":
        """Return the stamp of a volume's files as they are now, with those of further channels.

        Raises:
            DataError: a file is missing, or its folder cannot be read.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.nii").write_bytes(b"1234")
        ...     Stamp.of(Path(folder, "a.nii")).bytes
        4
        """
        with report_read_errors(path):
            facts = [one.stat() for each in (path, *further) for one in files_of(each)]
        return cls(
            path=str(path.absolute()),
            files=len(facts),
            bytes=sum(one.st_size for one in facts),
            modified_ns=max(one.st_mtime_ns for one in facts),
        )


class Done(Record):
    """A volume whose files are all there.

    Attributes:
        input: as it was when it was read.
        outputs: the names of its files, its mask first.
    """

    input: Stamp
    outputs: list[str]


class FolderRecord(Record):
    """The content of `predict.json`.

    Attributes:
        version: of this format.
        made_with: the networks (SHA-256 of their weights, or the server), how volumes are prepared,
            and what is written; all masks of a folder have it in common.
        complete: whether the last command wrote all masks that it was asked for.
        planned: the names of all files that commands began to make here.
        done: by the mask's name.
        skipped: by the input's path, why `--skip-bad` left it out.
    """

    version: Literal[1] = 1
    made_with: dict[str, Any]
    complete: bool = False
    planned: list[str] = Field(default_factory=list)
    done: dict[str, Done] = Field(default_factory=dict)
    skipped: dict[str, str] = Field(default_factory=dict)
