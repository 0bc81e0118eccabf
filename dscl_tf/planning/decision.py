"""One decision of a plan, and why."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decision:
    """A key of the configuration, its value and the reason.

    Attributes:
        key: dotted, as in the configuration.
        value: what the configuration is to hold, as YAML has it.
        why: the reason, in one or two sentences.

    >>> Decision("data.slice_axis", "coronal", "partitions agree best").value
    'coronal'
    """

    key: str
    value: Any
    why: str
