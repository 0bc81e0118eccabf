"""Whether the columns of an index can be what `columns_of` gave."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from dscl_tf.data.store.columns import COLUMNS, COUNTS, NONE, TEXTS
from dscl_tf.data.store.further_channels import check_further
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.errors import DataError
from dscl_tf.names import SEPARATORS, check_name
from dscl_tf.readers.npz_file import check_finite
from dscl_tf.text import one_form

LARGEST = 2**48  # of any count: what is made of it then fits a whole number of 64 bits


def check_columns(arrays: Mapping[str, np.ndarray], place: str) -> list[str]:
    """Check the columns of an index; return the volumes' ids.

    Raises:
        DataError: a column is missing, of another kind or breaks a rule; `place` opens the message.
    """
    depth = arrays.get("depth")
    count = 0 if depth is None or not depth.ndim else len(depth)
    for name, (dtype, row) in COLUMNS.items():
        _check_kind(arrays, name, dtype, (count, *row), place)
    labels = arrays.get("label_counts")
    rows = int(np.maximum(arrays["label_rows"], 0).sum())
    _check_kind(arrays, "label_counts", np.int64, (rows, COUNTS), place)
    check_finite({name: arrays[name] for name in COLUMNS}, place)
    texts = {name: TextColumn.checked(arrays, name, place) for name in (*TEXTS, "shard_name")}
    for name in TEXTS:
        if len(texts[name]) != count:
            raise DataError(f"{place}: {name}: must be {count} texts, got {len(texts[name])}")
    check_further(arrays, count, place)
    _check_numbers(arrays, len(texts["shard_name"]), place)
    if labels is not None and len(labels):
        _check_counts(labels, place)
    names = texts["shard_name"].all()
    for name in names:
        check_name(name, place)  # they become names of files
    if len(set(names)) < len(names):
        raise DataError(f"{place}: shard_name: must differ")
    return _ids(texts["id"], place)


def _check_kind(
    arrays: Mapping[str, np.ndarray], name: str, dtype: type, shape: tuple[int, ...], place: str
) -> None:
    array = arrays.get(name)
    if array is None:
        raise DataError(f"{place}: must hold {name}")
    if array.dtype != dtype or array.shape != shape:
        raise DataError(
            f"{place}: {name}: must be {np.dtype(dtype)} {shape}, got {array.dtype} {array.shape}"
        )


def _check_numbers(arrays: Mapping[str, np.ndarray], shards: int, place: str) -> None:
    """Check that all numbers are in their ranges, and that volumes have places of their own."""
    axes, signs = arrays["orientation"][..., 0], arrays["orientation"][..., 1]
    depths, shard, offset = (arrays[name] for name in ("depth", "shard", "offset"))
    checksum, unknown = arrays["checksum"], arrays["not_finite"]
    along = np.where(axes == 2, arrays["shape"], 0).sum(axis=1)  # voxels along the slices
    order = np.lexsort((offset, shard))
    ends = (offset + depths)[order]
    follows = np.concatenate([[0], np.where(np.diff(shard[order]) == 0, ends[:-1], 0)])
    rules: dict[str, tuple[np.ndarray | np.bool_ | bool, str]] = {
        "shape": ((arrays["shape"] > 0) & (arrays["shape"] < LARGEST), "at least 1"),
        "depth": ((depths > 0) & (depths < LARGEST), "at least 1"),
        "grid": ((arrays["grid"] > 0) & (arrays["grid"] < LARGEST), "at least 1"),
        "spacing": (arrays["spacing"] > 0, "greater than 0"),
        "grid_spacing": (arrays["grid_spacing"] > 0, "greater than 0"),
        "orientation": (
            (np.sort(axes, axis=1) == [0, 1, 2]).all() and (np.abs(signs) == 1).all(),
            "the axes 0, 1, 2, each with 1 or -1",
        ),
        "not_finite": ((unknown >= NONE) & (unknown < LARGEST), "at least 0"),
        "label_rows": (arrays["label_rows"] >= NONE, "at least 0"),
        "checksum": ((checksum >= NONE) & (checksum < 2**32), "a CRC-32"),
        "shard": (
            (shard >= 0).all()
            and (shard < shards).all()
            and len(np.unique(shard)) == shards
            and len(depths) > 0,
            "numbers of the shards, each of at least one volume",
        ),
    }
    for name, (holds, rule) in rules.items():
        if not np.all(holds):
            raise DataError(f"{place}: {name}: must be {rule}")
    if not (along == depths).all():
        raise DataError(f"{place}: depth: must be that of shape and orientation")
    if not (offset[order] == follows).all():
        raise DataError(f"{place}: offset: the volumes of a shard must follow each other")


def _check_counts(labels: np.ndarray, place: str) -> None:
    least = np.array([1, 1, 0, 0, 0, 0, 0])
    if (labels < least).any() or (labels >= LARGEST).any():
        raise DataError(f"{place}: label_counts: must be numbers of voxels, rows and columns")


def _ids(column: TextColumn, place: str) -> list[str]:
    """Return the ids in one Unicode form, if they are names and differ."""
    ids = column.all()
    plain = column.text >= 32
    plain &= (column.text < 127) & ~np.isin(column.text, [ord(one) for one in SEPARATORS])
    if not plain.all() or any(len(id) > 200 or not id.strip(". ") for id in ids):
        ids = [check_name(one_form(id), place) for id in ids]
    if len(set(ids)) < len(ids):
        repeated = next(id for id, count in Counter(ids).items() if count > 1)
        raise DataError(f"{place}: volume ids must differ, got twice {repeated:.80}")
    return ids
