"""Types of the configuration's fields in words."""

import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from dscl_tf.config import Section

WORDS = {int: "whole number", float: "number", str: "text", bool: "true or false", Path: "path"}
BOUNDS = (
    (Gt, "above {0.gt:g}"),
    (Ge, "at least {0.ge:g}"),
    (Lt, "below {0.lt:g}"),
    (Le, "at most {0.le:g}"),
)
ORDERED = ("_ascends", "_widens")  # the rules of dscl_tf.config.section


def in_words(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Return what a value of a type may be.

    Args:
        annotation: the type.
        metadata: its bounds, as pydantic keeps them.

    Raises:
        TypeError: a type that has no words yet.

    >>> from dscl_tf.config.section import Share, ShareRange
    >>> in_words(Share | None)
    'number above 0 and at most 1, or null'
    >>> in_words(ShareRange)
    'two ascending values: number above 0 and at most 1'
    """
    if get_origin(annotation) is Annotated:
        inner, *rules = get_args(annotation)
        return in_words(inner, [*metadata, *_flat(rules)])
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "section"
    if annotation in WORDS:
        return _bounded(WORDS[annotation], metadata)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _joined([f"`{value}`" for value in arguments])
    if origin in (Union, types.UnionType):
        return _alternatives(arguments, metadata)
    if origin is tuple:
        return _list(arguments, metadata)
    if origin is dict:
        return f"map from {in_words(arguments[0])} to {in_words(arguments[1])}"
    raise TypeError(f"`annotation`: must be a type that has words, got {annotation}")


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    """Yield the sections that a type holds.

    >>> from dscl_tf.config import Mixup
    >>> list(sections_in(Mixup | None)) == [Mixup]
    True
    """
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in get_args(annotation):
        yield from sections_in(argument)


def _alternatives(options: Sequence[Any], metadata: Sequence[Any]) -> str:
    some = [in_words(option, metadata) for option in options if option is not type(None)]
    text = _joined(some)
    return text if len(some) == len(options) else f"{text}{',' if ' ' in text else ''} or null"


def _list(items: Sequence[Any], metadata: Sequence[Any]) -> str:
    if items[-1] is Ellipsis:
        return f"list: {in_words(items[0])}"
    rules = [getattr(getattr(rule, "func", None), "__name__", "") for rule in metadata]
    order = "ascending " if set(rules) & set(ORDERED) else ""
    return f"two {order}values: {in_words(items[0])}"


def _bounded(word: str, metadata: Sequence[Any]) -> str:
    bounds = [
        text.format(rule) for kind, text in BOUNDS for rule in metadata if isinstance(rule, kind)
    ]
    return " ".join([word, " and ".join(bounds)]).strip()


def _flat(rules: Sequence[Any]) -> Iterator[Any]:
    for rule in rules:
        yield from rule.metadata if isinstance(rule, FieldInfo) else (rule,)


def _joined(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
