"""How data sets lay out their files: one reader per layout, each giving a list of cases.

`find_cases` takes the reader that `data.layout` names. The readers are in files of the layouts'
names; `LAYOUTS` lists them.
"""

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.dicom import list_series
from dscl_tf.data.layouts.readers import LAYOUTS, find_cases

__all__ = ["LAYOUTS", "Case", "find_cases", "list_series"]
