"""The type of the arrays that models, losses and augmentation take and return."""

from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""What `keras.ops` takes: a NumPy array, a tensor of the backend, or a symbolic one."""
