"""A data set made up on the spot: short-axis cardiac MR with exact masks, in the ACDC layout.

It stands in for a real data set: a whole experiment runs on it, and a network trained on one of its
volumes segments the others imperfectly, as on real ones. `write_phantom` writes its patients,
`phantom_cases` those that an experiment needs; `dscl_tf.data.store.phantom_store` is a store of it.
"""

from dscl_tf.data.phantom.cases import phantom_cases, phantom_patients
from dscl_tf.data.phantom.patients import draw_patient, write_phantom

__all__ = ["draw_patient", "phantom_cases", "phantom_patients", "write_phantom"]
