"""Volumes into a slice store: only what is new or changed, in parallel, in one step at the end."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case, Supply
from dscl_tf.data.store.changes import Changes
from dscl_tf.data.store.former_store import FormerStore
from dscl_tf.data.store.index import OutdatedStoreError
from dscl_tf.data.store.known_files import KnownFiles
from dscl_tf.data.store.shard_plan import SHARD_BYTES
from dscl_tf.data.store.update import Update
from dscl_tf.errors import DataError
from dscl_tf.files import report_write_errors
from dscl_tf.names import check_name
from dscl_tf.text import one_form


def write_store(
    cases: Sequence[Case],
    data: Data,
    directory: str | Path,
    *,
    jobs: int | None = None,
    skip_bad: bool = False,
    supply: Supply | None = None,
    verify: bool = False,
    trust_times: bool = False,
    shard_bytes: int = SHARD_BYTES,
) -> Changes:
    """Prepare volumes into a slice store; an existing store is brought up to date.

    A volume is prepared if the store has none of its id, its files have another SHA-256, or the
    settings are others. A job holds one volume in memory, and saves it when it is finished in
    `STORE.partial` beside the store, from where a run after an interruption goes on. The store
    changes in one step at the end; where nothing changed, no file is written.

    Args:
        cases: the volumes, in the order in which their slices are stored.
        data: how to prepare them.
        directory: the store.
        jobs: volumes at a time, each in a process of its own. None leaves it to
            `joblib.parallel_config`, whose default is one; its backend must see the store's
            folder. The store is the same, bit for bit.
        skip_bad: leave out volumes that break a rule, and list them in the store.
        supply: what the data set's folder holds (see `supply_of`), for the index.
        verify: read all slices that are kept, and prepare those again that a disk changed.
        trust_times: take files with size, time of change and inode of before for unchanged.
        shard_bytes: the size of a shard, unless a single volume has more.

    Raises:
        DataError: there is no case, two share an id, an id is no name, a file breaks a rule (of
            several, the first in the order of `cases`), all do, `directory` is something else than
            a store, or it cannot be written.

    >>> import tempfile
    >>> import nibabel as nib
    >>> import numpy as np
    >>> data = Data(classes={1: "organ"}, spacing=(1, 1), grid=(16, 16))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     image = Path(folder, "a.nii.gz")
    ...     nib.save(nib.Nifti1Image(np.arange(2048.0).reshape(16, 16, 8), np.eye(4)), image)
    ...     write_store([Case("a", image, None)], data, Path(folder, "store")).prepared
    ['a']
    """
    directory = Path(directory)
    base = "" if all(case.image.is_absolute() for case in cases) else f"{Path.cwd()}{os.sep}"
    cases = [_absolute(case) for case in cases]
    _check(cases, directory, skip_bad)
    with report_write_errors(directory):
        former = _former_store(directory, verify)
        known = KnownFiles.of(directory) if trust_times else None
        update = Update(directory, data, former, jobs, skip_bad, supply, base, known, shard_bytes)
        try:
            return update.run(cases)
        finally:
            update.log_what_is_left()


def _absolute(case: Case) -> Case:
    """Return a case whose id has one form, and whose paths mean the same in every process.

    joblib's processes live on between calls and keep the folder in which they were started, also
    where the caller has gone to another one since. Links are not followed: where files are links,
    a series is the folder of links.
    """
    mask = case.mask.absolute() if case.mask else None
    further = tuple(path.absolute() for path in case.further)
    image = case.image.absolute()
    return replace(case, id=one_form(case.id), image=image, mask=mask, further=further)


def _check(cases: Sequence[Case], directory: Path, skip_bad: bool) -> None:
    if not cases:
        raise DataError(f"{directory}: a store must hold at least one volume, got none")
    for case in cases:
        check_name(case.id, directory)
    counts = Counter(case.id for case in cases)
    if repeated := sorted(id for id, count in counts.items() if count > 1):
        raise DataError(f"{directory}: volume ids must differ, got twice {', '.join(repeated)}")
    for case in cases:
        if case.problem and not skip_bad:
            raise DataError(case.problem)


def _former_store(directory: Path, verify: bool) -> FormerStore | None:
    try:
        return FormerStore.open(directory, verify=verify) if directory.exists() else None
    except OutdatedStoreError:
        return None  # nothing of it is used, and all of it is replaced
