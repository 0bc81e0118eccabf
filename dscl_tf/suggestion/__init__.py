"""Which volume to label next: the least like those labelled, or the one a network doubts most.

`candidates.py` says which volumes are asked about, `distance.py` and `uncertainty.py` measure them,
`ranking.py` puts them in order. Importing this package imports no Keras.
"""

from dscl_tf.suggestion.candidates import Choice, choose_from
from dscl_tf.suggestion.distance import distances_to_nearest, farthest_first, pool_partitions
from dscl_tf.suggestion.ranking import Suggestion, rank_volumes
from dscl_tf.suggestion.sources import Sources, find_sources
from dscl_tf.suggestion.uncertainty import doubt_near_foreground

__all__ = [
    "Choice",
    "Sources",
    "Suggestion",
    "choose_from",
    "distances_to_nearest",
    "doubt_near_foreground",
    "farthest_first",
    "find_sources",
    "pool_partitions",
    "rank_volumes",
]
