"""What a slice store holds, in numbers and pictures, and what in it looks wrong."""

from dscl_tf.data.inspect.inspection import Inspection, inspect_store
from dscl_tf.data.inspect.report import text_report

__all__ = ["Inspection", "inspect_store", "text_report"]
