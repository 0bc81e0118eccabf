"""The folder of prepared volumes beside a store, from which an interrupted update goes on."""

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.index import FORMAT, settings_of
from dscl_tf.errors import DataError

VOLUME = "[0-9a-f]{32}"  # the name of a prepared volume's folder
UNFINISHED = rf"\.{VOLUME}\..*\.tmp"  # its name while the volume is saved
WHOLE = "store"  # the folder in which the whole store is put together


@dataclass(frozen=True)
class PartialStore:
    """The folder `STORE.partial`, which exists only while it holds something.

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
        made_from = [FORMAT, settings_of(data), case.id, str(digests)]
        return self.root / hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]

    def count(self) -> int:
        """Return how many volumes are prepared."""
        names = (path.name for path in self.root.glob("*"))
        return sum(bool(re.fullmatch(VOLUME, name)) for name in names)

    @contextlib.contextmanager
    def assembled(self) -> Iterator[Path]:
        """Give an empty folder for the whole store; at the end it is removed, unless renamed."""
        folder = self.root / WHOLE
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self, keep: Collection[Path] = ()) -> None:
        """Remove what former runs left, except the prepared volumes `keep` and others' files."""
        for path in self.root.glob("*"):
            if path not in keep and re.fullmatch(f"{VOLUME}|{UNFINISHED}|{WHOLE}", path.name):
                shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.root.rmdir()  # where empty
