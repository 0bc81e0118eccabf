"""Experiment matrices: the paper's tables, and comparisons of one's own.

A matrix is a YAML file of methods, numbers of labelled volumes and seeds. `reproduce` makes every
run that its cells need, each once, and writes mean and deviation of Dice beside the paper's. Before
that, `outline` says what would be run and how long it takes. Shipped are table2 to table8 of the
paper's supplement, and methods, the comparison of methods.

>>> from dscl_tf.reproduce import outline, shipped_matrices
>>> "table3" in shipped_matrices()
True
>>> planned = outline("table3", "half", rows=["S = 4"], ntr=[1])
>>> planned.cells, len(planned.runs)
(5, 6)
"""

from dscl_tf.reproduce.dry_run import Outline, OutlinedRun
from dscl_tf.reproduce.matrix import Matrix, Row, Step, load_matrix, shipped_matrices
from dscl_tf.reproduce.reproduction import Reproduction, outline, reproduce
from dscl_tf.reproduce.results import Entry

__all__ = [
    "Entry",
    "Matrix",
    "Outline",
    "OutlinedRun",
    "Reproduction",
    "Row",
    "Step",
    "load_matrix",
    "outline",
    "reproduce",
    "shipped_matrices",
]
