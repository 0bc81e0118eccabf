"""The labelled volumes chosen anew several times: what `dscl-tf run --folds` does.

`draw.py` chooses them, `runner.py` trains and evaluates, `result.py` sums up.
"""

from dscl_tf.workflow.folds.draw import Fold, draw_folds
from dscl_tf.workflow.folds.result import FoldResult, FoldsResult
from dscl_tf.workflow.folds.runner import run_folds

__all__ = ["Fold", "FoldResult", "FoldsResult", "draw_folds", "run_folds"]
