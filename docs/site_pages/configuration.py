"""The reference of the configuration, from the sections in `dscl_tf/config`."""

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from dscl_tf.config import Experiment, Section

from .value_types import in_words, sections_in


def configuration_page() -> str:
    """Return a list for each section, in Markdown; a page in `docs/reference` holds them."""
    return "\n".join(_lists(Experiment, "", {}))


def _lists(section: type[Section], prefix: str, shown: dict[type, str]) -> Iterator[str]:
    """Yield the list of a section and of those in it, and note in `shown` where each one is."""
    shown[section] = prefix.rstrip(".")
    yield _list(section, prefix)
    for name, field in section.model_fields.items():
        for inner in sections_in(field.annotation):
            path = f"{prefix}{name}"
            if inner not in shown:
                yield from _lists(inner, f"{path}.", shown)
            else:
                yield f"## `{path}`\n\nThe keys of `{shown[inner]}`, above.\n"


def _list(section: type[Section], prefix: str) -> str:
    title = f"`{prefix.rstrip('.')}`" if prefix else "The experiment"
    lines = [f"## {title}", "", _one_line((section.__doc__ or "").split("\n\n")[0]), ""]
    for name, field in section.model_fields.items():
        values = in_words(field.annotation, field.metadata)
        meaning = _one_line(field.description or "")
        lines += [f"`{prefix}{name}`", f": {values}; {default_of(field)}", "", f"  {meaning}", ""]
    return "\n".join(lines)


def default_of(field: FieldInfo) -> str:
    """Return a field's default as YAML; of a section only what differs from its own defaults.

    >>> from dscl_tf.config import Elastic
    >>> default_of(Elastic.model_fields["probability"])
    'default `0.5`'
    """
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    assert value is not PydanticUndefined
    if isinstance(value, Section):
        value = value.model_dump(exclude_defaults=True)
    return f"default `{_yaml(value)}`"


def _yaml(value: Any) -> str:
    text = yaml.safe_dump(to_jsonable_python(value), default_flow_style=True, width=10_000)
    return _one_line(text.replace("\n...", ""))


def _one_line(text: str) -> str:
    return " ".join(text.split())
