"""The folder of prepared volumes beside a store, from which an interrupted update goes on."""

import contextlib
import json
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.config.section import Whole
from dscl_tf.data.layouts import Case
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.index import settings_of
from dscl_tf.data.store.shard_plan import PlannedShard
from dscl_tf.data.store.volume_key import volume_key
from dscl_tf.errors import DataError
from dscl_tf.files import whole_file
from dscl_tf.readers import Record, read_json

VOLUME = "[0-9a-f]{32}"  # the name of a prepared volume's folder
UNFINISHED = rf"\.{VOLUME}\..*\.tmp"  # its name while the volume is saved
WHOLE = "store"  # the folder in which a new store is put together
RECORD = rf"\.?shard-{VOLUME}\.json(\..*\.tmp)?"
ARRAYS = ("images", "masks")


class ShardRecord(Record):
    """A shard that was written: where in it each volume lies, by key."""

    slices: Whole
    offsets: dict[str, Whole]


@dataclass(frozen=True)
class PartialStore:
    """The folder `STORE.partial`, which exists only while it holds something.

    Each prepared volume has a folder there of its key's name. Once a shard with the volume is
    written, the folder keeps the entry alone.

    Attributes:
        root: its path, on the same disk as the store.
    """

    root: Path

    @classmethod
    def of(cls, directory: Path) -> "PartialStore":
        """Return the partial store of `directory`, a store or a link to one on another disk."""
        store = directory.resolve()
        return cls(store.with_name(f"{store.name}.partial"))

    def folder(self, case: Case, digests: Digests | DataError, data: Data) -> Path:
        """Return the folder of a prepared volume: another one for other files or settings."""
        return self.root / volume_key(case.id, digests, settings_of(data))

    @property
    def whole(self) -> Path:
        """The folder in which a store that does not exist yet is put together."""
        return self.root / WHOLE

    def count(self) -> int:
        """Return how many volumes are prepared."""
        names = (path.name for path in self.root.glob("*"))
        return sum(bool(re.fullmatch(VOLUME, name)) for name in names)

    def has_arrays(self, folder: Path) -> bool:
        """Return whether a volume's slices lie in its own folder."""
        return all((folder / f"{name}.npy").is_file() for name in ARRAYS)

    def record(self, shard: PlannedShard) -> None:
        """Note that a shard is written, and free the space of its volumes.

        Raises:
            OSError: the disk is full.
        """
        offsets, first = {}, 0
        for volume in shard.volumes:
            offsets[volume.key], first = first, first + volume.slices
        self.root.mkdir(exist_ok=True)
        with whole_file(self.root / f"shard-{shard.name}.json", "w") as file:
            json.dump({"slices": first, "offsets": offsets}, file)
        for key in offsets:
            for name in ARRAYS:
                (self.root / key / f"{name}.npy").unlink(missing_ok=True)

    def records(self) -> dict[str, ShardRecord]:
        """Return by name the shards that an interrupted update wrote.

        Raises:
            DataError: a record is damaged.
        """
        found = (path for path in self.root.glob("shard-*") if re.fullmatch(RECORD, path.name))
        return {
            path.stem.removeprefix("shard-"): read_json(path, ShardRecord)
            for path in found
            if path.suffix == ".json"
        }

    def clear(self, keep: Collection[Path] = ()) -> None:
        """Remove what former runs left, except the prepared volumes `keep` and others' files.

        With prepared volumes to keep, the shards of former runs are kept too.
        """
        whole = "" if any(path.exists() for path in keep) else f"|{WHOLE}|{RECORD}"
        for path in self.root.glob("*"):
            if path not in keep and re.fullmatch(f"{VOLUME}|{UNFINISHED}{whole}", path.name):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.root.rmdir()  # where empty
