"""A configuration's mistakes in words: the key, its rule, what set it, what may be meant."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from dscl_tf.text import counted, meant, printable, shortened

Key = tuple[str, ...]
KEY = "[key]"  # the last part of an error's place where a mapping's key itself breaks the rule


def broken_rule(error: ValidationError, root: type[BaseModel] | None = None) -> str:
    """Name the first broken rule: where, what was expected, what was given.

    Args:
        error: of a configuration or a part of it.
        root: the section that was checked, for the keys that may be meant.
    """
    first = error.errors()[0]
    where = printable(_where(first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{where}: unknown key{_meant(first, root)}"
    if first["type"] == "missing":
        return _too_few(error) or f"{where}: is missing"
    if first["type"] != "value_error":
        message = f"{message}, got {shortened(first['input'])}"
    if KEY in first["loc"]:
        message = f"the key: {message}"
    return f"{where}: {message}" if where else message


def origin(
    error: ValidationError, origins: Mapping[str, str], root: type[BaseModel] | None = None
) -> str | None:
    """Return what set the key whose rule is broken; None where the configuration's file did.

    A rule of a whole section is laid to a key that its message names: the first that is in
    `origins` or inside a key there, else the first that has such a key inside.

    Args:
        error: of a configuration.
        origins: by dotted key that something else than the file set, what that is.
        root: the section that was checked, to tell its sections from values with parts, such as
            the names of classes. Without it, every key is taken for a section.

    >>> from dscl_tf.config import Finetune
    >>> from pydantic import ValidationError
    >>> try:
    ...     Finetune(steps=0)
    ... except ValidationError as error:
    ...     origin(error, {"batch_size": "--batch-size", "steps": "--steps"})
    '--steps'
    """
    first = error.errors()[0]
    where = _where(first["loc"])
    words = re.findall(r"[\w.]*\w", first["msg"])
    named = [f"{where}.{word}" if where else word for word in words]
    for place in (where, *named):
        if above := [key for key in origins if f"{place}.".startswith(f"{key}.")]:
            return origins[max(above, key=len)]
    sections = {key[:-1] for key in _keys(root)} if root else {tuple(where.split("."))}
    # A key inside a section need not have to do with a rule of the whole section.
    for place in named if tuple(where.split(".")) in sections else (where, *named):
        for key, what in origins.items():
            if key.startswith(f"{place}."):
                return what
    return None


def _where(place: tuple[int | str, ...]) -> str:
    """Return the dotted key of an error's place."""
    # A union adds a part for the member that was tried, such as "constrained-int": no key.
    added = ("constrained-", "literal[", KEY)
    return ".".join(part for part in map(str, place) if not part.startswith(added))


def _too_few(error: ValidationError) -> str:
    """Return the rule that a sequence breaks by being too short; "" where it is no sequence."""
    first = error.errors()[0]
    *above, position = first["loc"]
    if not (isinstance(position, int) and isinstance(first["input"], list | tuple)):
        return ""
    beside = [one["loc"][-1] for one in error.errors() if [*one["loc"][:-1]] == above]
    count = 1 + max(index for index in beside if isinstance(index, int))
    where = printable(_where(tuple(above)))
    return f"{where}: must hold {counted(count, 'value')}, got {shortened(first['input'])}"


def _meant(first: Mapping[str, Any], root: type[BaseModel] | None) -> str:
    """Return the key that an unknown one may stand for: a neighbour, or of that name elsewhere."""
    if root is None:
        return ""
    *above, name = (str(part) for part in first["loc"])
    keys = list(_keys(root))
    prefix = tuple(above)
    beside = [key[-1] for key in keys if key[:-1] == prefix]
    if found := meant(name, beside):
        return found
    elsewhere = [".".join(key) for key in keys if key[-1] == name]
    return f"; did you mean {elsewhere[0]}?" if elsewhere else ""


def _keys(section: type[BaseModel], above: Key = ()) -> Iterator[Key]:
    """Yield all keys of a section, those of sections inside included."""
    for name, field in section.model_fields.items():
        key = (*above, field.alias or name)
        yield key
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _keys(kind, key)
