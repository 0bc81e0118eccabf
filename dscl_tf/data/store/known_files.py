"""Digests of files that are taken for unchanged by size, time of change and inode.

They lie beside the store, in `.STORE.times.npz`, and are read and written only where that was
asked for. A tool that changes a file and sets its time back in place is not noticed.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

from dscl_tf.data.io import sha256
from dscl_tf.data.io.files import last_change, stamp
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors, whole_file
from dscl_tf.readers.npz_file import read_npz, write_npz

COLUMNS = ("path", "stamp", "sha256")
SETTLED = 2.0  # seconds; some disks keep times no finer


@dataclass
class KnownFiles:
    """Digests by path.

    Attributes:
        file: where they are kept.
        before: of the last update: per path its stamp and its digest.
        now: of this one.
    """

    file: Path
    before: dict[str, tuple[str, str]]
    now: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, directory: Path) -> "KnownFiles":
        """Read what is known of the files of a store.

        Raises:
            DataError: the file is damaged.
        """
        store = directory.resolve()
        file = store.with_name(f".{store.name}.times.npz")
        if not file.exists():
            return cls(file, {})
        arrays = read_npz(file)
        paths, stamps, digests = (TextColumn.checked(arrays, n, str(file)) for n in COLUMNS)
        if not len(paths) == len(stamps) == len(digests):
            raise DataError(f"{file}: must hold a stamp and a digest per path; remove it")
        rows = zip(paths.all(), stamps.all(), digests.all(), strict=True)
        return cls(file, {path: (stamp, digest) for path, stamp, digest in rows})

    def sha256(self, path: Path) -> str:
        """Return the SHA-256 of what lies at a path, which is read only where it is not known.

        Files that changed in the last seconds are not remembered: they might change again within
        the same tick of the disk's clock.

        Raises:
            DataError: a file is missing or cannot be read.
        """
        now = stamp(path)
        known = self.before.get(str(path))
        if known is not None and known[0] == now:
            self.now[str(path)] = known
            return known[1]
        with report_read_errors(path):
            settled = last_change(path) < time.time() - SETTLED
        digest = sha256(path)
        if settled and stamp(path) == now:
            self.now[str(path)] = now, digest
        return digest

    def save(self) -> None:
        """Keep what this update learned.

        Raises:
            OSError: the disk is full or read-only.
        """
        if self.now == self.before:
            return
        rows = [(path, *values) for path, values in sorted(self.now.items())]
        columns = zip(*rows, strict=True) if rows else ([], [], [])
        arrays = {
            f"{name}_{part}": array
            for name, texts in zip(COLUMNS, columns, strict=True)
            for part, array in TextColumn.pack(list(texts)).items()
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(self.file) as file:
            write_npz(file, arrays)
