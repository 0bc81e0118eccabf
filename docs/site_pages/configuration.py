"""The reference of the configuration, from the sections in `dscl_tf/config`."""

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from dscl_tf.config import Experiment, Section

from .value_types import in_words, sections_in


def configuration_page() -> str:
    """Return a table for each section, in Markdown; a page in `docs/reference` holds them."""
    return "\n".join(_tables(Experiment, "", {}))


def _tables(section: type[Section], prefix: str, shown: dict[type, str]) -> Iterator[str]:
    """Yield the table of a section and of those in it, and note in `shown` where each one is."""
    shown[section] = prefix.rstrip(".")
    yield _table(section, prefix)
    for name, field in section.model_fields.items():
        for inner in sections_in(field.annotation):
            path = f"{prefix}{name}"
            if inner not in shown:
                yield from _tables(inner, f"{path}.", shown)
            else:
                yield f"## `{path}`\n\nThe keys of `{shown[inner]}`, above.\n"


def _table(section: type[Section], prefix: str) -> str:
    title = f"`{prefix.rstrip('.')}`" if prefix else "The experiment"
    text = _one_line((section.__doc__ or "").split("\n\n")[0])
    rows = [
        f"| `{prefix}{name}` | {_cell(in_words(field.annotation, field.metadata))} "
        f"| {_cell(default_of(field))} | {_cell(field.description or '')} |"
        for name, field in section.model_fields.items()
    ]
    head = "| key | type | default | meaning |\n|---|---|---|---|"
    return "\n".join([f"## {title}\n\n{text}\n", head, *rows, ""])


def default_of(field: FieldInfo) -> str:
    """Return a field's default as YAML; of a section only what differs from its own defaults.

    >>> from dscl_tf.config import Elastic
    >>> default_of(Elastic.model_fields["probability"])
    '`0.5`'
    """
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True)
    assert value is not PydanticUndefined
    if isinstance(value, Section):
        value = value.model_dump(exclude_defaults=True)
    return f"`{_yaml(value)}`"


def _yaml(value: Any) -> str:
    text = yaml.safe_dump(to_jsonable_python(value), default_flow_style=True, width=10_000)
    return _one_line(text.replace("\n...", ""))


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(text.split())
