"""What a slice store holds, in numbers and pictures, and what in it looks wrong.

`inspect_store` gathers facts (`facts`, `summary`) and warnings, a file for each kind (`alignment`,
`duplicates`, `labels`, `leakage`, `outliers`, `reading`). `text_report` shows them as text;
`dscl_tf.data.inspect.figure`, which imports matplotlib, draws slices.
"""

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.inspect.inspection import Inspection, inspect_store
from dscl_tf.data.inspect.report import text_report

__all__ = ["Finding", "Inspection", "VolumeFacts", "inspect_store", "text_report"]
