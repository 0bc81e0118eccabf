"""What every part of the configuration is made of."""

from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from dscl_tf.text import one_form

Positive = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Whole = Annotated[int, Field(ge=0)]
Range = tuple[float, float]


def _ascends(value: Range) -> Range:
    if not value[0] <= value[1]:
        raise ValueError(f"must be an ascending range, got {list(value)}")
    return value


def _widens(value: Range) -> Range:
    if not value[0] < value[1]:
        raise ValueError(f"must be two ascending values, got {list(value)}")
    return value


FactorRange = Annotated[tuple[Positive, Positive], AfterValidator(_ascends)]
ShareRange = Annotated[tuple[Share, Share], AfterValidator(_ascends)]
WideRange = Annotated[Range, AfterValidator(_widens)]
VolumeIds = tuple[Annotated[str, AfterValidator(one_form)], ...]


class Section(BaseModel):
    """A part of the configuration: immutable; unknown keys are errors, and so are .inf and .nan.

    The string below a field documents it: meaning, unit, range where the type does not say it, and
    what null means.

    `later` names the fields that version 0.1 did not have. Where such a field has its default, it
    is left out of what is written, so that stores, runs and the names of runs stay as they were.

    >>> from dscl_tf.config import Elastic
    >>> Elastic.model_fields["grid"].description
    'Points of the coarse grid along each side, at least 2.'
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_default=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )
    later: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_later_defaults(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        unchanged = {name for name in self.later if getattr(self, name) == fields[name].default}
        return {name: value for name, value in write(self).items() if name not in unchanged}
