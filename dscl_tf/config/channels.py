"""The sequences of one patient that a network sees side by side."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from dscl_tf.config.section import Section

RULE = "must be a list of names, a list of numbers, or a mapping of names to numbers"


class Channel(Section):
    """A channel of the images.

    >>> Channel(name="ADC", number=1).name
    'ADC'
    """

    name: Annotated[str, Field(min_length=1)]
    """What it shows, such as T2."""

    number: Annotated[int, Field(ge=0, le=9999)]
    """Where it stands, from 0: as NAME_0000, NAME_0001 in nnU-Net's names of files, and along the
    fourth axis of a 4-D file."""


def _listed(value: Any) -> Any:
    """Return a list of names, or of numbers, or a mapping of names to numbers, as channels."""
    if isinstance(value, Mapping):
        return [{"name": name, "number": number} for name, number in value.items()]
    if not isinstance(value, list | tuple):
        raise ValueError(f"{RULE}, got {value!r}")
    if all(isinstance(one, str) for one in value):
        return [{"name": name, "number": number} for number, name in enumerate(value)]
    if all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        return [{"name": str(number), "number": number} for number in value]
    if not all(isinstance(one, Mapping | Channel) for one in value):
        raise ValueError(f"{RULE}, got {list(value)}")
    return value


def _differ(value: tuple[Channel, ...]) -> tuple[Channel, ...]:
    for what, given in (
        ("names", [one.name for one in value]),
        ("numbers", [one.number for one in value]),
    ):
        if repeated := [one for one, count in Counter(given).items() if count > 1]:
            raise ValueError(f"{what} of channels must differ, got twice {repeated[0]}")
    return value


Channels = Annotated[
    tuple[Channel, ...], Field(min_length=1), BeforeValidator(_listed), AfterValidator(_differ)
]
