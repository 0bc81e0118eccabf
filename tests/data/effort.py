"""Properties checked on a few drawn examples, and on many under `-m slow`."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

EVERYDAY = 60  # examples at most in a test that is not marked slow
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def effort(few: int, many: int) -> Any:
    """Parametrise a test by `examples`, few of them or, marked slow, many."""
    long = pytest.param(many, marks=pytest.mark.slow)
    return pytest.mark.parametrize("examples", [few, long])


def holds(examples: int, check: Callable[..., None], **drawn: SearchStrategy) -> None:
    """Check a property on so many examples; the everyday ones are the same in every run."""
    profile = settings(
        deadline=None,
        max_examples=examples,
        suppress_health_check=SLOW,
        derandomize=examples <= EVERYDAY,
    )
    profile(given(**drawn)(check))()
