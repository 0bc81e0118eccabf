"""What a job does for one volume. Errors of the volume are returned, to be reported in its turn."""

import contextlib
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.grid import LabelCount
from dscl_tf.data.grid.bias_correction import one_thread
from dscl_tf.data.io import sha256
from dscl_tf.data.layouts import Case
from dscl_tf.data.notes import gathered_notes
from dscl_tf.data.store.digests import Digests, case_digests
from dscl_tf.data.store.known_files import KnownFiles
from dscl_tf.data.store.parallel import serve_parent
from dscl_tf.data.store.prepared_volume import count_labels_of, prepare_volume
from dscl_tf.errors import DataError
from dscl_tf.files import report_write_errors


def digests_or_error(case: Case, known: KnownFiles | None = None) -> Digests | DataError:
    """Return the SHA-256 of a volume's files, or what is wrong with it.

    Args:
        case: the volume.
        known: digests of files that are not read again.
    """
    if case.problem:
        return DataError(case.problem)
    try:
        return case_digests(case, sha256 if known is None else known.sha256)
    except DataError as error:
        return error


def counts_or_none(case: Case, *, data: Data, parent: int) -> tuple[LabelCount, ...] | None:
    """Return the labelled voxels of a volume; None where its files cannot be read any more.

    Args:
        case: the volume.
        data: how its files are read.
        parent: the id of the process that hands out the work.
    """
    serve_parent(parent)
    try:
        with gathered_notes():  # they were told when the volume was prepared
            return count_labels_of(case, data)
    except DataError:
        return None


def prepare_with_notes(*args: Any, **options: Any) -> tuple[int | DataError, list[str]]:
    """Do what `prepare_into` does; also return what the readers remarked meanwhile."""
    with gathered_notes() as notes:
        return prepare_into(*args, **options), notes


def prepare_into(
    folder: Path,
    case: Case,
    digests: Digests | DataError,
    *,
    data: Data,
    directory: Path,
    parent: int,
) -> int | DataError:
    """Prepare a volume and save it in `folder`.

    Args:
        folder: where to; it appears whole or not at all.
        case: the volume.
        digests: what `digests_or_error` returned for it.
        data: how to prepare it.
        directory: the store, for messages.
        parent: the id of the process that hands out the work.

    Returns:
        its number of slices, or what is wrong with the volume.

    Raises:
        DataError: the folder cannot be written.
    """
    serve_parent(parent)
    if isinstance(digests, DataError):
        return digests
    try:
        with one_thread() if data.bias_correction else contextlib.nullcontext():
            volume = prepare_volume(case, digests, data)
    except DataError as error:
        return error
    with report_write_errors(directory):
        volume.save(folder)
    return volume.entry.depth
