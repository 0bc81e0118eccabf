"""A small table: one method with a deviation, one place without the paper's number, one empty."""

from dscl_tf.reproduce.results import Entry

ENTRIES = [
    Entry("random", 1, (0.5, 0.7), 2, 0.614),
    Entry("random", 2, (0.75,), 2, None),
    Entry("GD <new>", 1, (), 2, 0.691),
]
