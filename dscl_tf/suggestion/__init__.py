"""Which volume to label next: the least like those labelled, or the one a network doubts most.

`candidates.py` says which volumes are asked about and `sources.py` which runs; `distance.py` and
`uncertainty.py` measure, `ranking.py` puts in order, `suggest.py` does it all. Importing this
package imports no Keras.
"""

from dscl_tf.suggestion.candidates import Choice, choose_from
from dscl_tf.suggestion.sources import Sources, find_sources

__all__ = ["Choice", "Sources", "choose_from", "find_sources"]
