"""JSON files that must fit a type."""

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from dscl_tf.errors import DataError, one_line
from dscl_tf.readers.text_file import read_text
from dscl_tf.text import shortened

Kind = TypeVar("Kind")


FINITE = ConfigDict(allow_inf_nan=False)
"""For `__pydantic_config__` of a dataclass that is read from JSON."""


class Record(BaseModel):
    """A JSON object of a file; keys that it does not name, as of later versions, are kept.

    >>> class Score(Record):
    ...     dice: float
    >>> Score.model_validate({"dice": 0.5, "added_later": 1}).dice
    0.5
    """

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)


def read_json(path: str | Path, kind: type[Kind], rule: str = "") -> Kind:
    """Read a JSON file.

    Args:
        path: the file.
        kind: a `Record`, or any other type that pydantic knows.
        rule: what the file must be, for the message.

    Raises:
        DataError: the file cannot be read, is no JSON, repeats a key, or does not fit `kind`; the
            message names the first key that breaks a rule.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.json").write_text('{"b": 1}')
    ...     read_json(Path(folder, "a.json"), dict[str, int])
    {'b': 1}
    """
    return _read(path, kind, rule)[1]


def read_tree(path: str | Path, kind: Any, rule: str = "") -> Any:
    """Do what `read_json` does, and return the values as they stand in the file, keys in order.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.json").write_text('{"b": [1, 2]}')
    ...     read_tree(Path(folder, "a.json"), dict[str, tuple[int, ...]])
    {'b': [1, 2]}
    """
    return _read(path, kind, rule)[0]


def _read(path: str | Path, kind: Any, rule: str) -> tuple[Any, Any]:
    text = read_text(path)
    place = f"{path}: {rule}" if rule else f"{path}"
    try:
        tree = json.loads(text, object_pairs_hook=_without_repetition)
        return tree, _adapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        raise DataError(f"{place}: {_broken_rule(error)}") from error
    except RecursionError as error:
        raise DataError(f"{place}: must be JSON, got too many nested brackets") from error
    except ValueError as error:
        raise DataError(f"{place}: must be JSON: {one_line(error)}") from error


@functools.lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"must name each key once, got twice {shortened(key)}")
            seen.add(key)
    return tree


def _broken_rule(error: ValidationError) -> str:
    """Return the keys that are missing, or the first rule that is broken."""
    errors = error.errors()
    first = errors[0]
    where = _dotted(first["loc"])
    missing = [each["loc"] for each in errors if each["type"] == "missing"]
    if missing and first["type"] == "missing":
        inside = _dotted(missing[0][:-1])
        names = [_dotted(place[-1:]) for place in missing if place[:-1] == missing[0][:-1]]
        return f"{inside + ': ' if inside else ''}must hold {', '.join(names)}"
    if not where and first["type"] in ("model_type", "dict_type"):
        return f"must hold an object of keys, got {type(first['input']).__name__}"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] != "value_error":
        message = f"{message}, got {shortened(first['input'])}"
    return f"{where}: {message}" if where else message


def _dotted(keys: Sequence[int | str]) -> str:
    """Return the way to a value, on one line whatever the keys of the file are."""
    return ".".join(str(key) if str(key).isprintable() else repr(key) for key in keys)
