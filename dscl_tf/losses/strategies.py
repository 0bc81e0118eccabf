"""Which rows of a batch attract and which repel each other: the strategies G^R, G^D- and G^D."""

from collections.abc import Mapping
from dataclasses import dataclass

from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.losses.contrastive import Tensor

COLUMNS = ("slice", "volume", "partition", "view")
SAME, OTHER = True, False

Rule = Mapping[str, bool]


@dataclass(frozen=True)
class Strategy:
    """A contrasting strategy as rules over row labels.

    A rule maps label columns to SAME or OTHER; two rows obey it if every column it names does.
    A pair is positive if it obeys any rule of `positives`, negative if it obeys `negatives`.
    """

    positives: tuple[Rule, ...]
    negatives: Rule


_OTHER_VIEW: Rule = {"slice": SAME, "view": OTHER}

STRATEGIES: Mapping[str, Strategy] = {
    "GR": Strategy((_OTHER_VIEW,), {"slice": OTHER}),
    "GD-": Strategy((_OTHER_VIEW,), {"partition": OTHER}),
    "GD": Strategy(
        (_OTHER_VIEW, {"partition": SAME, "volume": OTHER}),
        {"partition": OTHER},
    ),
}


def find_strategy(name: str) -> Strategy:
    """Return the strategy of that name.

    Raises:
        UsageError: there is none; the message lists those that exist.
    """
    if name not in STRATEGIES:
        raise UsageError(f"strategy: must be one of {', '.join(STRATEGIES)}, got {name}")
    return STRATEGIES[name]


def strategy_masks(strategy: Strategy | str, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return who attracts and who repels whom in a batch.

    Args:
        strategy: a strategy or its name.
        labels: (N, 4) int, one row per image: slice id (no two slices of the data set share
            one), volume, partition, view.

    Returns:
        positives and negatives, (N, N) bool each, rows the anchors. No row is paired with itself.
    """
    if isinstance(strategy, str):
        strategy = find_strategy(strategy)
    labels = ops.convert_to_tensor(labels)
    same = ops.equal(ops.expand_dims(labels, 1), ops.expand_dims(labels, 0))  # (N, N, 4)
    positives = _obeys(strategy.positives[0], same)
    for rule in strategy.positives[1:]:
        positives = ops.logical_or(positives, _obeys(rule, same))
    return positives, _obeys(strategy.negatives, same)


def _obeys(rule: Rule, same: Tensor) -> Tensor:
    obeyed = None
    for column, wanted in rule.items():
        is_same = same[..., COLUMNS.index(column)]
        holds = is_same if wanted else ops.logical_not(is_same)
        obeyed = holds if obeyed is None else ops.logical_and(obeyed, holds)
    return obeyed
