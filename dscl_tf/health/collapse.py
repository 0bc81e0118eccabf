"""When a contrastive run counts as collapsed, by the rows of its metrics."""

from collections.abc import Sequence

from dscl_tf.runs.metrics_log import Row

# Embeddings count as equal, and a loss as at its chance value, within these bounds. A healthy run
# may start with cosines of 0.99, for both kinds of pair, but not stay there.
EQUAL_COSINE = 0.999
EQUAL_MARGIN = 0.001
AT_CHANCE = 0.01


def patience(total_steps: int) -> int:
    """Return the steps that a run is given to leave its chance value: 200, or a fifth of all.

    >>> patience(10_000)
    2000
    """
    return max(200, total_steps // 5)


def diagnose(rows: Sequence[Row], total_steps: int, chance: float) -> str | None:
    """Return what is wrong with a contrastive run, or None.

    >>> row = {"step": 200, "loss": 1.0, "positive_cosine": 1.0, "negative_cosine": 1.0}
    >>> diagnose([row], total_steps=300, chance=3.4)
    'all embeddings are equal at step 200 (mean cosine of negatives 1.0000, of positives 1.0000)'

    Args:
        rows: the metrics so far, one row per report; `positive_cosine` and `negative_cosine` where
            they were measured.
        total_steps: of the run; nothing is said before `patience`.
        chance: the loss of embeddings that are all equal, the mean of log(1 + negatives).

    Returns:
        one clause if the probe's embeddings are all equal, or if every report of the second half
        of the patience, two or more of them, has a loss within 1% of `chance`.
    """
    step, wait = int(rows[-1]["step"] or 0), patience(total_steps)
    if step < wait:
        return None
    positive, negative = (rows[-1].get(f"{kind}_cosine") for kind in ("positive", "negative"))
    if (
        positive is not None
        and negative is not None
        and negative > EQUAL_COSINE
        and abs(positive - negative) < EQUAL_MARGIN
    ):
        return (
            f"all embeddings are equal at step {step} (mean cosine of negatives {negative:.4f}, "
            f"of positives {positive:.4f})"
        )
    recent = [row["loss"] for row in rows if (row["step"] or 0) > step - wait // 2]
    losses = [loss for loss in recent if loss is not None]
    if len(losses) > 1 and all(abs(loss - chance) <= AT_CHANCE * chance for loss in losses):
        return (
            f"the loss is stuck at its chance value log(1 + negatives) = {chance:.4f} at step "
            f"{step} (last {len(losses)} reports {min(losses):.4f} to {max(losses):.4f})"
        )
    return None
