"""What every part of the configuration is made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
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
VolumeIds = tuple[str, ...]


class Section(BaseModel):
    """A part of the configuration: immutable; unknown keys are errors, and so are .inf and .nan.

    The string below a field documents it: meaning, unit, range where the type does not say it, and
    what null means.

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
