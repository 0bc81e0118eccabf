"""How data sets lay out their files: one reader per layout, each giving a list of cases.

`find_cases` takes the reader that `data.layout` names. The readers are in files of the layouts'
names; `LAYOUTS` lists them. `supply_of` counts what the data set's folder holds beside them.
"""

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.dicom import list_series
from dscl_tf.data.layouts.readers import LAYOUTS, find_cases
from dscl_tf.data.layouts.supply import Supply, supply_of

__all__ = ["LAYOUTS", "Case", "Supply", "find_cases", "list_series", "supply_of"]
