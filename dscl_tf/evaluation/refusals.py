"""Inputs that break a rule: an error, or left out and told."""

from collections.abc import Sequence
from pathlib import Path

from dscl_tf.data.layouts.dicom import Note
from dscl_tf.errors import DataError


class Refusals:
    """Hands inputs that break a rule to `note`; without one, the first of them is an error.

    >>> refuse = Refusals(note=lambda path, error: None)
    >>> refuse(Path("a.nii"), DataError("a.nii: is damaged"))
    >>> refuse.reasons
    {'a.nii': 'a.nii: is damaged'}
    """

    def __init__(self, note: Note | None) -> None:
        """Make an empty list of refusals."""
        self.note = note
        self.reasons: dict[str, str] = {}

    def __call__(self, path: Path, error: DataError) -> None:
        """Refuse an input.

        Raises:
            DataError: `error`, without a `note`.
        """
        if self.note is None:
            raise error
        self.reasons.setdefault(str(path), str(error))
        self.note(path, error)

    def check_any(self, usable: Sequence[object]) -> None:
        """Check that not all inputs were refused.

        Raises:
            DataError: nothing is usable.
        """
        if self.reasons and not usable:
            first = next(iter(self.reasons.values()))
            count = len(self.reasons)
            raise DataError(f"no input is usable, the first of {count}: {first}")
