"""Every field of every section says what it means."""

from collections.abc import Iterator

import pytest

import dscl_tf.config as face
from dscl_tf.config import Section


def sections(base: type[Section] = Section) -> Iterator[type[Section]]:
    """Yield all sections of the configuration below `base`."""
    for section in base.__subclasses__():
        if section.__module__.startswith("dscl_tf.config."):
            yield section
        yield from sections(section)


@pytest.mark.parametrize("section", sorted(set(sections()), key=lambda section: section.__name__))
def test_every_field_has_a_documentation_string(section: type[Section]) -> None:
    lacking = [name for name, field in section.model_fields.items() if not field.description]
    assert lacking == []
    assert section.__doc__


def test_every_section_is_seen_and_public() -> None:
    assert {section.__name__ for section in sections()} <= set(face.__all__)


def test_a_field_without_one_would_be_noticed() -> None:
    class Undocumented(Section):
        """A section."""

        told: int = 1
        """What it means."""

        silent: int = 2

    fields = Undocumented.model_fields
    assert (fields["told"].description, fields["silent"].description) == ("What it means.", None)
