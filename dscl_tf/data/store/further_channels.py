"""What an index says of the channels after the first: a column that only such stores have."""

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import TypeAdapter, ValidationError

from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError

COLUMN = "further"
Further = tuple[tuple[str, ...], tuple[tuple[float, float], ...]]
ROW: TypeAdapter[Further] = TypeAdapter(Further)


def further_columns(entries: Sequence[VolumeEntry]) -> dict[str, np.ndarray]:
    """Return the column: per volume its further sources and ranges, as JSON.

    There is none where all volumes have one channel.
    """
    rows: list[Further] = [(entry.further_sources, entry.further_ranges) for entry in entries]
    if not any(sources or ranges for sources, ranges in rows):
        return {}
    packed = TextColumn.pack([ROW.dump_json(row).decode() for row in rows])
    return {f"{COLUMN}_{part}": array for part, array in packed.items()}


def further_texts(arrays: Mapping[str, np.ndarray]) -> dict[str, TextColumn]:
    """Return the column by its name, if there is one."""
    if f"{COLUMN}_text" not in arrays:
        return {}
    return {COLUMN: TextColumn(arrays[f"{COLUMN}_text"], arrays[f"{COLUMN}_ends"])}


def further_of(texts: Mapping[str, TextColumn], number: int) -> Further:
    """Return the further sources and ranges of one volume."""
    return ROW.validate_json(texts[COLUMN][number]) if COLUMN in texts else ((), ())


def check_further(arrays: Mapping[str, np.ndarray], count: int, place: str) -> None:
    """Check the column of an index, if it has one.

    Raises:
        DataError: it is not what `further_columns` gave; `place` opens the message.
    """
    if f"{COLUMN}_text" not in arrays:
        return
    column = TextColumn.checked(arrays, COLUMN, place)
    if len(column) != count:
        raise DataError(f"{place}: {COLUMN}: must be {count} texts, got {len(column)}")
    try:
        for text in column.all():
            ROW.validate_json(text)
    except ValidationError as error:
        raise DataError(f"{place}: {COLUMN}: must be sources and ranges of channels") from error
