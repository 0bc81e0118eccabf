"""A folder and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.layouts import Case

# What a `Data` needs beside what says where the files are; nothing of it is used.
UNDECIDED: dict[str, Any] = {"classes": {1: "any"}, "spacing": (1.0, 1.0), "grid": (32, 32)}


@dataclass(frozen=True)
class Source:
    """A folder and what it holds.

    Attributes:
        folder: the folder.
        settings: the keys of `data` that say which files are images and masks.
        cases: its volumes, sorted by id.
        kind: in words, such as "a plain folder".
        names: names of values in masks, as far as the data set has them.
        unused: files of the names that images have which belong to no volume.
        left_out: by id, why a volume is not among `cases`: it lacks a channel, or has one that
            lies elsewhere.
        bad: by id, the rule that a volume breaks which is not among `cases` therefore.
        notes: what was seen and not used, and which option sets it; sentences.
    """

    folder: Path
    settings: dict[str, Any]
    cases: list[Case]
    kind: str
    names: dict[int, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def data(self) -> Data:
        """Settings that suffice to read the files."""
        return Data(**(UNDECIDED | self.settings))

    @property
    def first_channel(self) -> Data:
        """Settings that suffice to read the first channel of each volume."""
        data = self.data
        return data.model_copy(update={"channels": None, "channel": data.channel_number})

    def without(self, bad: Mapping[str, str]) -> "Source":
        """Return the source without some volumes, named by id with the reason.

        >>> case = Case("p1", Path("p1.nii"), None)
        >>> rest = Source(Path("."), {}, [case], "a folder").without({"p1": "p1.nii: damaged"})
        >>> rest.cases, rest.left_out
        ([], {'p1': 'p1.nii: damaged'})
        """
        kept = [case for case in self.cases if case.id not in bad]
        return replace(self, cases=kept, left_out={**self.left_out, **bad}, bad={})

    @property
    def masks(self) -> int:
        """Number of volumes with a mask."""
        return sum(case.mask is not None for case in self.cases)
