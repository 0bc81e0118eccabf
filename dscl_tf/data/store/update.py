"""One update of a store: find what is unchanged, prepare the rest, put the store together."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from joblib import delayed

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case, Supply
from dscl_tf.data.store.assemble import new_entries, volume_arrays
from dscl_tf.data.store.changes import Changes
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.estimate import least_bytes, slice_bytes
from dscl_tf.data.store.files import publish, remove_stale, write_files
from dscl_tf.data.store.index import index_of, write_index
from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.data.store.partial_store import PartialStore
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.time_left import TimeLeft
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.volume_jobs import (
    counts_or_none,
    digests_or_error,
    prepare_with_notes,
)
from dscl_tf.errors import DataError
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
    """

    directory: Path
    data: Data
    former: SliceStore | None
    jobs: int | None
    skip_bad: bool
    supply: Supply | None = None
    base: str = ""

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
        calls = [delayed(digests_or_error)(case) for case in cases]
        found = in_parallel(calls, len(cases), self.jobs, prefer="threads")
        digests = dict(zip(cases, found, strict=True))
        kept = self._counted(self._unchanged(digests), cases)
        folders = {
            case.id: self.partial_store.folder(case, found, self.data)
            for case, found in digests.items()
            if case.id not in kept
        }
        self.partial_store.clear(keep=folders.values())
        self._check_space(digests, kept, folders)
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
        self._publish(new_entries(stored, kept, folders), folders, skipped, self._supply(left_out))
        former = self.former.volumes if self.former else {}
        return Changes(
            kept=list(kept),
            prepared=list(folders),
            removed=sorted(former.keys() - {case.id for case in cases}),
            skipped=skipped,
        )

    def _check_space(
        self,
        digests: Mapping[Case, Digests | DataError],
        kept: Mapping[str, VolumeEntry],
        folders: Mapping[str, Path],
    ) -> None:
        """Check that the disk has room for the new volumes, and for the store put together.

        Raises:
            DataError: it has less than they take at least.
        """
        new = [
            case
            for case, found in digests.items()
            if isinstance(found, Digests) and case.id in folders and not folders[case.id].exists()
        ]
        if new:
            stored = slice_bytes(self.data) * sum(entry.depth for entry in kept.values())
            needed = 2 * least_bytes(new, self.data) + stored
            check_space(self.directory, needed, "preparing the volumes")

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

    def _unchanged(self, digests: Mapping[Case, Digests | DataError]) -> dict[str, VolumeEntry]:
        """Return the former entries that are still valid; log settings that differ."""
        if self.former is None:
            return {}
        if differing := self.former.differing_settings(self.data):
            logger.info(f"{self.directory}: preparing all volumes anew: {'; '.join(differing)}")
            return {}
        return {
            case.id: entry
            for case, found in digests.items()
            if (entry := self.former.volumes.get(case.id))
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
        cases = [case for case in digests if case.id in folders and not folders[case.id].exists()]
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
        outcomes = in_parallel(calls(), len(cases), self.jobs)
        for done, (case, (outcome, notes)) in enumerate(zip(cases, outcomes, strict=False), 1):
            for remark in notes:
                logger.info(f"{case.id}: {self._as_given(remark)}")
            if isinstance(outcome, DataError):
                bad[case.id] = DataError(self._as_given(str(outcome)))
                logger.info(f"{case.id}: not prepared ({clock.after(done)}): {bad[case.id]}")
            else:
                logger.info(f"{case.id}: {counted(outcome, 'slice')} ({clock.after(done)})")
        if bad and not self.skip_bad:
            raise next(iter(bad.values()))
        return {id: str(error) for id, error in bad.items()}

    def _as_given(self, message: str) -> str:
        """Return a message with paths as they were given, before they were made absolute."""
        return message.replace(self.base, "") if self.base else message

    def _publish(
        self,
        entries: Sequence[VolumeEntry],
        folders: Mapping[str, Path],
        skipped: Mapping[str, str],
        supply: Supply | None,
    ) -> None:
        """Write what differs from the former store, then remove what is no longer needed."""
        index = index_of(entries, skipped, self.data, supply)
        former = self.former
        if former is None or former.version != index["version"]:
            arrays = [volume_arrays(n, entries, folders, former) for n in ("images", "masks")]
            with self.partial_store.assembled() as folder:
                write_files(folder, index, *arrays)
                publish(folder, self.directory)
        elif (former.skipped, list(former.volumes.values()), former.supply) != (
            skipped,
            list(entries),
            supply,
        ):
            write_index(self.directory, index)  # files were moved, or others skipped or counted
        remove_stale(self.directory, index["version"])
        self.partial_store.clear()
