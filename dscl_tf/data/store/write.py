"""Volumes into a slice store: only what is new or changed, in parallel, in one step at the end."""

import contextlib
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from joblib import delayed

from dscl_tf.config import Data
from dscl_tf.data.grid.bias_correction import one_thread
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store.digests import Digests, case_digests
from dscl_tf.data.store.files import index_of, publish, remove_stale, write_files, write_index
from dscl_tf.data.store.parallel import TimeLeft, in_parallel, serve_parent
from dscl_tf.data.store.partial import Parts, load_entry, prepare_case, save_part
from dscl_tf.data.store.slice_store import OutdatedStoreError, SliceStore, VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.files import report_write_errors

logger = logging.getLogger(__name__)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Changes:
    """What `write_store` did, as volume ids.

    Attributes:
        kept: their files and the settings are those of the former store.
        prepared: new or changed.
        removed: in the former store, and no longer among the cases.
        skipped: per volume that broke a rule, the error's message.
    """

    kept: list[str]
    prepared: list[str]
    removed: list[str]
    skipped: dict[str, str]


def write_store(
    cases: Sequence[Case],
    data: Data,
    directory: str | Path,
    *,
    jobs: int | None = None,
    skip_bad: bool = False,
) -> Changes:
    """Prepare volumes into a slice store; an existing store is brought up to date.

    A volume is prepared where the store has none of its id, its files have another SHA-256, or
    the settings are others. A job holds one volume in memory, and each finished one lies in
    `STORE.partial` beside the store, from where a run after an interruption goes on. The store
    changes in one step at the end; where nothing changed, no file is written.

    Args:
        cases: the volumes, in the order in which their slices are stored.
        data: how to prepare them.
        directory: the store.
        jobs: volumes at a time, each in a process of its own; None leaves it to
            `joblib.parallel_config` (whose backend must see the store's folder), one without.
            The store is the same, bit for bit.
        skip_bad: leave out volumes that break a rule, and list them in the store.

    Raises:
        DataError: there is no case, two share an id, a file breaks a rule (of several, the first
            in the order of `cases`), all do, `directory` is something else than a store, or it
            cannot be written.
    """
    directory = Path(directory)
    _check_ids(cases, directory)
    if not skip_bad:
        for case in cases:
            if case.problem:
                raise DataError(case.problem)
    update = _Update(directory, data, _former_store(directory), jobs, skip_bad)
    with report_write_errors(directory):
        try:
            return update.run(cases)
        finally:
            update.tell_what_is_left()


@dataclass(frozen=True)
class _Update:
    """One run of `write_store`, whose arguments these are; `former` is the store as it was."""

    directory: Path
    data: Data
    former: SliceStore | None
    jobs: int | None
    skip_bad: bool

    @property
    def parts(self) -> Parts:
        """Where finished volumes lie: on the disk of the store, also where that is a link."""
        store = self.directory.resolve()
        return Parts(store.with_name(f"{store.name}.partial"))

    def run(self, cases: Sequence[Case]) -> Changes:
        """Prepare what is missing, then publish the store."""
        calls = [delayed(_digests)(case) for case in cases]
        found = in_parallel(calls, len(cases), self.jobs, prefer="threads")
        read = dict(zip(cases, found, strict=True))
        kept = self._unchanged(read)
        folders = {
            case.id: self.parts.folder(case, digests, self.data)
            for case, digests in read.items()
            if case.id not in kept
        }
        self.parts.clear(keep=folders.values())
        skipped = self._make_parts(read, folders)
        stored = [case for case in cases if case.id not in skipped]
        if not stored:
            raise DataError(
                f"{self.directory}: a store must hold at least one volume, all {len(cases)} were "
                f"skipped, the first for: {next(iter(skipped.values()))}"
            )
        for id in skipped:
            del folders[id]
        self._publish(_entries(stored, kept, folders), folders, skipped)
        former = self.former.volumes if self.former else {}
        return Changes(
            kept=list(kept),
            prepared=list(folders),
            removed=sorted(former.keys() - {case.id for case in cases}),
            skipped=skipped,
        )

    def tell_what_is_left(self) -> None:
        """After a failure, say what the next run need not do again."""
        if count := self.parts.count():
            logger.info(
                f"volumes prepared so far: {count}, kept in {self.parts.root} for the next run"
            )
        else:
            self.parts.clear()

    def _unchanged(self, read: Mapping[Case, Digests | DataError]) -> dict[str, VolumeEntry]:
        """Return the entries of the former store that hold; say which settings differ."""
        if self.former is None:
            return {}
        if differing := self.former.differing_settings(self.data):
            logger.info(f"{self.directory}: preparing all volumes anew: {'; '.join(differing)}")
            return {}
        return {
            case.id: entry
            for case, digests in read.items()
            if (entry := self.former.volumes.get(case.id))
            and digests == Digests(entry.sha256, entry.mask_sha256)
        }

    def _make_parts(
        self, read: Mapping[Case, Digests | DataError], folders: Mapping[str, Path]
    ) -> dict[str, str]:
        """Prepare the volumes that have no part yet; return those skipped, and why.

        After an error those in work are finished, so that of several errors the first in order is
        raised, and the next run finds them.
        """
        cases = [case for case in read if case.id in folders and not folders[case.id].exists()]
        if taken_over := len(folders) - len(cases):
            logger.info(f"volumes taken over from an interrupted run: {taken_over}")
        make = partial(_make_part, data=self.data, directory=self.directory, parent=os.getpid())
        bad: dict[str, DataError] = {}

        def calls() -> Iterator[Any]:
            for case in cases:
                if bad and not self.skip_bad:
                    return
                yield delayed(make)(case, read[case], folders[case.id])

        clock = TimeLeft(len(cases))
        outcomes = in_parallel(calls(), len(cases), self.jobs)
        for done, (case, outcome) in enumerate(zip(cases, outcomes, strict=False), 1):
            if isinstance(outcome, DataError):
                bad[case.id] = outcome
                logger.info(f"{case.id}: not prepared ({clock.after(done)}): {outcome}")
            else:
                logger.info(f"{case.id}: {outcome} slices ({clock.after(done)})")
        if bad and not self.skip_bad:
            raise next(iter(bad.values()))
        return {id: str(error) for id, error in bad.items()}

    def _publish(
        self,
        entries: Sequence[VolumeEntry],
        folders: Mapping[str, Path],
        skipped: Mapping[str, str],
    ) -> None:
        """Write what differs from the former store, then remove what is needed no more."""
        index = index_of(entries, skipped, self.data)
        former = self.former
        if former is None or former.version != index["version"]:
            images, masks = (_arrays(n, entries, folders, former) for n in ("images", "masks"))
            with self.parts.assembled() as folder:
                write_files(folder, index, images, masks)
                publish(folder, self.directory)
        elif former.skipped != skipped or list(former.volumes.values()) != entries:
            write_index(self.directory, index)  # files were moved, or others skipped
        remove_stale(self.directory, index["version"])
        self.parts.clear()


def _check_ids(cases: Sequence[Case], directory: Path) -> None:
    if not cases:
        raise DataError(f"{directory}: a store must hold at least one volume, got none")
    counts = Counter(case.id for case in cases)
    if repeated := sorted(id for id, count in counts.items() if count > 1):
        raise DataError(f"{directory}: volume ids must differ, got twice {', '.join(repeated)}")


def _former_store(directory: Path) -> SliceStore | None:
    try:
        return SliceStore.open(directory) if directory.exists() else None
    except OutdatedStoreError:
        return None  # nothing of it is used, and all of it is replaced


def _digests(case: Case) -> Digests | DataError:
    if case.problem:
        return DataError(case.problem)
    try:
        return case_digests(case)
    except DataError as error:
        return error  # reported in its turn


def _make_part(
    case: Case,
    digests: Digests | DataError,
    folder: Path,
    *,
    data: Data,
    directory: Path,
    parent: int,
) -> int | DataError:
    """Prepare a volume into `folder`; return its number of slices, or what is wrong with it."""
    serve_parent(parent)
    if isinstance(digests, DataError):
        return digests
    try:
        with one_thread() if data.bias_correction else contextlib.nullcontext():
            part = prepare_case(case, digests, data)
    except DataError as error:
        return error
    with report_write_errors(directory):
        save_part(part, folder)
    return part.entry.depth


def _entries(
    cases: Sequence[Case], kept: Mapping[str, VolumeEntry], folders: Mapping[str, Path]
) -> list[VolumeEntry]:
    """Return the new index's entries: slices in the cases' order, files where they are now."""
    entries: list[VolumeEntry] = []
    for case in cases:
        entry = kept.get(case.id) or load_entry(folders[case.id])
        entries.append(
            replace(
                entry,
                first_slice=entries[-1].slices.stop if entries else 0,
                source=str(case.image.absolute()),  # a link to a slice lies among its series
                mask_source=str(case.mask.absolute()) if case.mask else None,
            )
        )
    return entries


def _arrays(
    name: str,
    entries: Sequence[VolumeEntry],
    folders: Mapping[str, Path],
    former: SliceStore | None,
) -> Iterator[np.ndarray]:
    """Yield the images or masks of each volume, from its part or the former store."""
    for entry in entries:
        if entry.id in folders:
            yield np.load(folders[entry.id] / f"{name}.npy", mmap_mode="r")
        elif former:
            slices = former.volumes[entry.id].slices
            yield getattr(former, name)[slices.start : slices.stop]
