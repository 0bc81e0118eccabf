"""Run directories: make, find and resume them, read what they hold, transfer their weights.

`Run` is one directory. `find_finished`, `find_unfinished` and `lineage` find runs, `read_metrics`
reads a training curve. `initialise` loads the weights of one stage into the network of the next,
and `load_network` makes the network of a fine-tuned run; these two import Keras when they are asked
for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.runs.find import find_finished, lineage
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.resume import find_unfinished
from dscl_tf.runs.run import Run

if TYPE_CHECKING:
    from dscl_tf.runs.load import load_network
    from dscl_tf.runs.transfer import initialise

__all__ = [
    "Run",
    "find_finished",
    "find_unfinished",
    "initialise",
    "lineage",
    "load_network",
    "read_metrics",
]

_MODULES = {"initialise": "transfer", "load_network": "load"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
