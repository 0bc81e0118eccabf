"""Two groups of fine-tuned runs compared pair by pair: what `dscl-tf compare` does.

`pairs.py` finds which run belongs to which, `difference.py` gives a difference its interval, and
`comparison.py` does so for every measure and class.
"""

from dscl_tf.evaluation.comparison.compare import compare_runs
from dscl_tf.evaluation.comparison.comparison import Comparison
from dscl_tf.evaluation.comparison.difference import Difference
from dscl_tf.evaluation.comparison.pairs import Pair

__all__ = ["Comparison", "Difference", "Pair", "compare_runs"]
