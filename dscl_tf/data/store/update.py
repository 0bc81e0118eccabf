"""One update of a store: find what is unchanged, prepare the rest, put the store together."""

import logging
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from joblib import delayed

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case, Supply
from dscl_tf.data.store.assemble import new_entries, placed
from dscl_tf.data.store.changes import Changes
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.estimate import least_bytes
from dscl_tf.data.store.former_store import FormerStore
from dscl_tf.data.store.index import settings_of
from dscl_tf.data.store.known_files import KnownFiles
from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.data.store.partial_store import PartialStore
from dscl_tf.data.store.publish import publish
from dscl_tf.data.store.shard_plan import SHARD_BYTES
from dscl_tf.data.store.time_left import TimeLeft
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.volume_jobs import (
    counts_or_none,
    digests_or_error,
    prepare_with_notes,
)
from dscl_tf.errors import DataError
from dscl_tf.progress import TICK, Progress, tell
from dscl_tf.space import check_space
from dscl_tf.text import counted

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Update:
    """One call of `write_store`.

    Attributes:
        directory: the store.
        data: how to prepare volumes.
        former: the store before the update; None where there is none of the present format.
        jobs: volumes at a time; None leaves it to joblib.
        skip_bad: leave out volumes that break a rule.
        supply: what the data set's folder holds, for the index.
        base: what was put before the paths that were given, to make them absolute; messages leave
            it out.
        known: digests of files that need not be read again; None reads all files.
        shard_bytes: the size of a shard.
    """

    directory: Path
    data: Data
    former: FormerStore | None
    jobs: int | None
    skip_bad: bool
    supply: Supply | None = None
    base: str = ""
    known: KnownFiles | None = None
    shard_bytes: int = SHARD_BYTES

    @property
    def partial_store(self) -> PartialStore:
        """Where finished volumes are kept."""
        return PartialStore.of(self.directory)

    def run(self, cases: Sequence[Case]) -> Changes:
        """Prepare what is missing, then publish the store.

        Raises:
            DataError: a volume breaks a rule; with `skip_bad`, if all do.
            OSError: the disk is full or read-only.
        """
        digests = self._digests(cases)
        kept = self._counted(self._unchanged(digests), cases)
        folders = {
            case.id: self.partial_store.folder(case, found, self.data)
            for case, found in digests.items()
            if case.id not in kept
        }
        self.partial_store.clear(keep=folders.values())
        self._check_space(digests, folders)
        skipped = self._prepare(digests, folders)
        stored = [case for case in cases if case.id not in skipped]
        if not stored:
            raise DataError(
                f"{self.directory}: a store must hold at least one volume, all {len(cases)} were "
                f"skipped, the first for: {next(iter(skipped.values()))}"
            )
        for id in skipped:
            del folders[id]
        left_out = [case for case in cases if case.id in skipped]
        entries = new_entries(stored, kept, folders)
        publish(self, entries, folders, skipped, self._supply(left_out))
        former = self.former.index.volumes if self.former else {}
        return Changes(
            kept=list(kept),
            prepared=list(folders),
            removed=sorted(former.keys() - {case.id for case in cases}),
            skipped=skipped,
        )

    def _check_space(
        self,
        digests: Mapping[Case, Digests | DataError],
        folders: Mapping[str, Path],
    ) -> None:
        """Check that the disk has room for the new volumes.

        Raises:
            DataError: it has less than they take at least.
        """
        new = [
            case
            for case, found in digests.items()
            if isinstance(found, Digests) and case.id in folders and not folders[case.id].exists()
        ]
        if new:
            check_space(self.directory, least_bytes(new, self.data), "preparing the volumes")

    def _supply(self, left_out: Sequence[Case]) -> Supply | None:
        """Return what was supplied, with what of it was skipped."""
        masks = sum(case.mask is not None for case in left_out)
        found = self.supply
        return found and replace(found, skipped_images=len(left_out), skipped_masks=masks)

    def log_what_is_left(self) -> None:
        """After a failure, log how many volumes the next run need not prepare again."""
        left = self.partial_store
        if count := left.count():
            logger.info(f"volumes prepared so far: {count}, kept in {left.root} for the next run")
        else:
            left.clear()

    def _digests(self, cases: Sequence[Case]) -> dict[Case, Digests | DataError]:
        """Return SHA-256 of all volumes' files; remember them where that was asked for."""
        calls = [delayed(digests_or_error)(case, self.known) for case in cases]
        found = list(in_parallel(calls, len(cases), self.jobs, prefer="threads"))
        if self.known:
            self.known.save()
        return dict(zip(cases, found, strict=True))

    def _unchanged(self, digests: Mapping[Case, Digests | DataError]) -> dict[str, VolumeEntry]:
        """Return the former entries that are still valid; log settings that differ."""
        if self.former is None:
            return {}
        if differing := self.former.store.differing_settings(self.data):
            logger.info(f"{self.directory}: preparing all volumes anew: {'; '.join(differing)}")
            return {}
        return {
            case.id: entry
            for case, found in digests.items()
            if (entry := self.former.kept(case.id))
            and found == Digests(entry.sha256, entry.mask_sha256)
        }

    def _counted(
        self, kept: Mapping[str, VolumeEntry], cases: Sequence[Case]
    ) -> dict[str, VolumeEntry]:
        """Return entries of the former store with the labelled voxels that version 0.1 left out.

        Only the files are read for this: the slices stay as they are.
        """
        uncounted = [c for c in cases if c.id in kept and kept[c.id].label_counts is None]
        if uncounted:
            logger.info(f"counting the labelled voxels of {counted(len(uncounted), 'volume')} kept")
        job = partial(counts_or_none, data=self.data, parent=os.getpid())
        found = in_parallel([delayed(job)(case) for case in uncounted], len(uncounted), self.jobs)
        counts = {case.id: count for case, count in zip(uncounted, found, strict=True)}
        return {
            id: replace(entry, label_counts=counts.get(id, entry.label_counts))
            for id, entry in kept.items()
        }

    def _prepare(
        self, digests: Mapping[Case, Digests | DataError], folders: Mapping[str, Path]
    ) -> dict[str, str]:
        """Prepare the volumes whose folder does not exist yet; return those skipped, and why.

        After an error no volume is begun, but those already begun are finished. So of several
        errors the first in order is raised, and the next run finds the finished volumes.
        """
        there = self._finished(folders.values())
        cases = [c for c in digests if c.id in folders and folders[c.id] not in there]
        if taken_over := len(folders) - len(cases):
            logger.info(f"volumes taken over from an interrupted run: {taken_over}")
        job = partial(
            prepare_with_notes, data=self.data, directory=self.directory, parent=os.getpid()
        )
        bad: dict[str, DataError] = {}

        def calls() -> Iterator[Any]:
            for case in cases:
                if bad and not self.skip_bad:
                    return
                yield delayed(job)(folders[case.id], case, digests[case])

        clock = TimeLeft(len(cases))
        if cases:
            tell(logger, "preparing", Progress("prepare", 0, len(cases), "volumes"), TICK)
        outcomes = in_parallel(calls(), len(cases), self.jobs)
        for done, (case, (outcome, notes)) in enumerate(zip(cases, outcomes, strict=False), 1):
            for remark in notes:
                logger.info(f"{case.id}: {self._as_given(remark)}")
            if isinstance(outcome, DataError):
                bad[case.id] = DataError(self._as_given(str(outcome)))
                logger.info(f"{case.id}: not prepared ({clock.after(done)}): {bad[case.id]}")
            else:
                slices = counted(outcome, "slice")
                progress = Progress("prepare", done, len(cases), "volumes")
                tell(logger, f"{case.id}: {slices} ({clock.after(done)})", progress)
        if bad and not self.skip_bad:
            raise next(iter(bad.values()))
        return {id: str(error) for id, error in bad.items()}

    def _as_given(self, message: str) -> str:
        """Return a message with paths as they were given, before they were made absolute."""
        return message.replace(self.base, "") if self.base else message

    @property
    def home(self) -> Path:
        """Where shards are written: a store that does not exist yet appears at the end."""
        return self.directory if self.directory.exists() else self.partial_store.whole

    def _finished(self, folders: Collection[Path]) -> set[Path]:
        """Return the folders of volumes that are prepared, and remove those without slices."""
        partial_store = self.partial_store
        written = placed(partial_store, self.home, settings_of(self.data))
        finished = set()
        for folder in folders:
            if partial_store.has_arrays(folder) or (folder.exists() and folder.name in written):
                finished.add(folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        return finished
