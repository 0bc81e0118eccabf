"""Texts as one array of bytes and one of the places where each text ends."""

from collections.abc import Mapping, Sequence

import numpy as np

from dscl_tf.errors import DataError

UTF8 = ("utf-8", "surrogatepass")  # names of files may be no text


class TextColumn(Sequence[str]):
    """Many texts, decoded when they are asked for.

    >>> column = TextColumn(**TextColumn.pack(["001", "", "Müller"]))
    >>> len(column), column[2], column[-2]
    (3, 'Müller', '')
    """

    def __init__(self, text: np.ndarray, ends: np.ndarray) -> None:
        """Take the arrays that `pack` gave.

        Args:
            text: (bytes,) uint8, the texts in UTF-8 one after the other.
            ends: (texts,) int64, the byte after each text.
        """
        self.text, self.ends = text, ends

    @staticmethod
    def pack(texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the arrays `text` and `ends` of some texts."""
        encoded = [text.encode(*UTF8) for text in texts]
        ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
        return {"text": np.frombuffer(b"".join(encoded), np.uint8), "ends": ends}

    @classmethod
    def checked(cls, arrays: Mapping[str, np.ndarray], name: str, place: str) -> "TextColumn":
        """Return the column of the arrays `NAME_text` and `NAME_ends`.

        Raises:
            DataError: one is missing or of another kind, or the texts are no UTF-8; `place` opens
                the message.
        """
        text, ends = (arrays.get(f"{name}_{part}") for part in ("text", "ends"))
        fits = (
            text is not None
            and ends is not None
            and (text.dtype, text.ndim) == (np.uint8, 1)
            and (ends.dtype, ends.ndim) == (np.int64, 1)
        )
        if not fits or text is None or ends is None or not _are_ends(ends, len(text)):
            raise DataError(f"{place}: {name}: must be bytes and where each text ends")
        inside = ends[ends < len(text)]
        try:
            text.tobytes().decode(*UTF8)
            whole = not ((text[inside] & 0xC0) == 0x80).any()  # no text ends within a character
        except UnicodeDecodeError:
            whole = False
        if not whole:
            raise DataError(f"{place}: {name}: must be UTF-8")
        return cls(text, ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        index = range(len(self.ends))[index]
        first = int(self.ends[index - 1]) if index else 0
        return self.text[first : int(self.ends[index])].tobytes().decode(*UTF8)

    def all(self) -> list[str]:
        """Return all texts, which takes less time than one after the other."""
        content, ends = self.text.tobytes(), self.ends.tolist()
        return [
            content[first:end].decode(*UTF8) for first, end in zip([0, *ends], ends, strict=False)
        ]


def _are_ends(ends: np.ndarray, size: int) -> bool:
    """Return whether some places ascend from 0 or more to the size of the text."""
    if not len(ends):
        return size == 0
    return bool(ends[0] >= 0 and (np.diff(ends) >= 0).all() and ends[-1] == size)
