"""The precision that layers compute in."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Build layers under a Keras dtype policy, and put the former one back.

    >>> with precision("mixed_bfloat16"):
    ...     keras.layers.Dense(1).compute_dtype
    'bfloat16'

    Args:
        policy: its name, such as "float32" or "mixed_float16".
    """
    former = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(former)
