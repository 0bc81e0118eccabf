from collections.abc import Iterator
from pathlib import Path

import pytest

from dscl_tf.config import Data, Experiment, Finetune, Section
from dscl_tf.config.section import FactorRange, Share
from tests.docs import site  # noqa: F401

configuration = pytest.importorskip("site_pages.configuration")
value_types = pytest.importorskip("site_pages.value_types")


def fields(section: type[Section], seen: set[type]) -> Iterator[str]:
    """Yield the names and meanings of all fields of a section and of those in it."""
    seen.add(section)
    for name, field in section.model_fields.items():
        yield f"{name}`\n: "
        yield " ".join(field.description.split())
        for inner in value_types.sections_in(field.annotation):
            if inner not in seen:
                yield from fields(inner, seen)


def test_every_field_stands_in_the_reference_with_its_meaning() -> None:
    page = configuration.configuration_page()
    assert not [text for text in fields(Experiment, set()) if text not in page]


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (int, "whole number"),
        (Path | None, "path or null"),
        (Share | None, "number above 0 and at most 1, or null"),
        (FactorRange, "two ascending values: number above 0"),
        (tuple[str, ...], "list: text"),
        (dict[int, str], "map from whole number to text"),
        (Data | None, "section or null"),
    ],
)
def test_types_in_words(annotation: object, words: str) -> None:
    assert value_types.in_words(annotation) == words


def test_a_type_without_words_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a type that has words"):
        value_types.in_words(set[int])


def test_defaults() -> None:
    default_of = configuration.default_of
    assert default_of(Data.model_fields["grid"]) == "must be given"
    assert default_of(Data.model_fields["percentiles"]) == "default `[1.0, 99.0]`"
    assert "affine: {}" in default_of(Finetune.model_fields["augmentation"])
