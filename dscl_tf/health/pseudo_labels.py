"""Whether a teacher forgets a class, by the rows of a run's metrics."""

from collections.abc import Sequence

from dscl_tf.runs.metrics_log import Row

PREFIX = "pseudo_share_"  # of the columns: the share of pixels that the teacher gives to a class
LEAST = 0.5  # of the first share of a class


def shrunken_class(rows: Sequence[Row]) -> str | None:
    """Return which class the teacher is forgetting, as a clause, or None.

    >>> rows = [{"step": 50, "pseudo_share_1": 0.02}, {"step": 100, "pseudo_share_1": 0.009}]
    >>> shrunken_class(rows)
    "the teacher's labels of class 1 cover 0.90% of the pixels at step 100, 2.00% at step 50"

    Args:
        rows: the metrics so far, one row per report. A share of 0 before the first other one says
            that the teacher was not asked yet.
    """
    last = rows[-1]
    for name in last:
        measured = [row for row in rows if row.get(name)] if name.startswith(PREFIX) else []
        if not measured:
            continue
        first, now = measured[0][name] or 0.0, last[name] or 0.0
        if now < LEAST * first:
            return (
                f"the teacher's labels of class {name.removeprefix(PREFIX)} cover {now:.2%} of the "
                f"pixels at step {int(last['step'] or 0)}, {first:.2%} at step "
                f"{int(measured[0]['step'] or 0)}"
            )
    return None
