"""The folder that predictions go to: each mask appears whole, and a stopped command goes on."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dscl_tf.config.differences import differences
from dscl_tf.errors import DataError
from dscl_tf.evaluation.folder_record import RECORD, Done, FolderRecord, Stamp
from dscl_tf.evaluation.label_tables import ITK_SNAP, SLICER, write_label_tables
from dscl_tf.files import lock, report_write_errors, whole_directory, write_json
from dscl_tf.readers import read_json
from dscl_tf.text import shortened

LOCK = ".lock"
SECONDS = 1.0  # between two writings of the record: what a kill can lose


class PredictionFolder:
    """A folder of masks with its record; made by `opened`.

    Attributes:
        path: the folder.
        record: what `predict.json` says, or will say soon.
    """

    def __init__(self, path: Path, record: FolderRecord) -> None:
        """Describe the folder `path`."""
        self.path = path
        self.record = record
        self._written = time.monotonic()

    def is_done(self, mask: str, stamp: Stamp, outputs: Sequence[str]) -> bool:
        """Return whether all files of an input are there and were made of it as it is now."""
        done = self.record.done.get(mask)
        return (
            done is not None
            and (done.input, done.outputs) == (stamp, list(outputs))
            and all((self.path / name).is_file() for name in outputs)
        )

    def plan(self, volumes: Mapping[str, tuple[Stamp, Sequence[str]]]) -> None:
        """Note what will be written, before anything is.

        Args:
            volumes: by the mask's name the input's stamp, and the names of all its files.

        Raises:
            DataError: a file of that name is not of this record, or is of another input.
        """
        known = set(self.record.planned)
        for mask, (stamp, outputs) in volumes.items():
            done = self.record.done.get(mask)
            if done and done.input.path != stamp.path:
                raise DataError(
                    f"{self.path / mask}: is the mask of {done.input.path}, and would be replaced "
                    f"by that of {stamp.path}; name another `output`"
                )
            for name in outputs:
                if name not in known and (self.path / name).exists():
                    raise DataError(
                        f"{self.path / name}: must not be there already, since it is no output of "
                        "these commands; move it, or name another `output`"
                    )
        names = [name for _, outputs in volumes.values() for name in outputs]
        self.record = self.record.model_copy(
            update={
                "planned": [*self.record.planned, *(n for n in names if n not in known)],
                "complete": False,
                "skipped": {},
            }
        )
        self.write()

    def add(self, mask: str, stamp: Stamp, outputs: Sequence[str]) -> None:
        """Note that all files of an input are there."""
        self.record.done[mask] = Done(input=stamp, outputs=list(outputs))
        if time.monotonic() - self._written > SECONDS:
            self.write()

    def complete(self, skipped: Mapping[str, str]) -> None:
        """Note that all is done, but for what was skipped and why."""
        changes = {"complete": True, "skipped": dict(skipped)}
        self.record = self.record.model_copy(update=changes)
        self.write()

    def write(self) -> None:
        """Write the record."""
        write_json(self.path / RECORD, self.record.model_dump(mode="json"))
        self._written = time.monotonic()


@contextlib.contextmanager
def opened(
    path: Path, made_with: Mapping[str, Any], labels: Mapping[int, str] | None
) -> Iterator[PredictionFolder]:
    """Make the folder for predictions, or go on with one that was made with the same.

    What is done is on record when the block ends, however it ends; a new folder in which nothing is
    done then goes away.

    Args:
        path: the folder.
        made_with: as in `FolderRecord`, JSON values.
        labels: value in the masks to its class, for the tables beside them; None for no tables.

    Raises:
        DataError: the folder holds something else, was made with something else, or another
            process works in it; or it cannot be written.
    """
    made = False
    if not path.exists() and not path.is_symlink():
        _make(path, made_with, labels)
        made = True
    elif not (path / RECORD).is_file():
        raise DataError(
            f"{path}: the output directory must not exist yet, or hold the {RECORD} of an earlier "
            "prediction; remove it or name another"
        )
    busy = f"{path}: another process predicts into it"
    with lock(path / LOCK, busy=busy):
        folder = PredictionFolder(path, read_json(path / RECORD, FolderRecord))
        _check_same(folder, made_with)
        try:
            yield folder
        finally:
            folder.write()
            if made and not folder.record.done:
                _remove(path)


def _make(path: Path, made_with: Mapping[str, Any], labels: Mapping[int, str] | None) -> None:
    with report_write_errors(path), whole_directory(path) as new:
        if labels is not None:
            write_label_tables(new, labels)
        record = FolderRecord(made_with=dict(made_with))
        write_json(new / RECORD, record.model_dump(mode="json"))


def _check_same(folder: PredictionFolder, made_with: Mapping[str, Any]) -> None:
    differing = differences(folder.record.made_with, made_with)
    if differing:
        values = "; ".join(
            f"{key} {shortened(before)}, now {shortened(now)}" for key, before, now in differing[:3]
        )
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        raise DataError(
            f"{folder.path}: its masks were made in another way, with {values}{more}; name another "
            "`output`"
        )


def _remove(path: Path) -> None:
    """Remove a folder in which nothing was done, and nothing that others put there."""
    with contextlib.suppress(OSError):
        for name in (RECORD, ITK_SNAP, SLICER, LOCK):
            (path / name).unlink(missing_ok=True)
        path.rmdir()
