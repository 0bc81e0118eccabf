"""Which images of a batch attract and which repel each other: strategies G^R, G^D- and G^D."""

from collections.abc import Mapping
from dataclasses import dataclass

from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor

COLUMNS = ("slice", "volume", "partition", "view")
SAME, OTHER = True, False

Rule = Mapping[str, bool]


@dataclass(frozen=True)
class Strategy:
    """A contrasting strategy, as rules over the labels of two images.

    A rule maps names of `COLUMNS` to SAME or OTHER. Two images obey it if each label that it names
    is the same, or another. They are a positive pair if they obey any rule of `positives`, a
    negative one if they obey `negatives`.

    >>> of_slices = Strategy(({"slice": SAME, "view": OTHER},), negatives={"slice": OTHER})
    >>> of_slices == STRATEGIES["GR"]
    True
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

    Example:
        >>> find_strategy("GD-").negatives
        {'partition': False}
    """
    if name not in STRATEGIES:
        raise UsageError(f"strategy: must be one of {', '.join(STRATEGIES)}, got {name}")
    return STRATEGIES[name]


def strategy_masks(strategy: Strategy | str, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return who attracts and who repels whom in a batch.

    Args:
        strategy: a strategy or its name.
        labels: (batch, 4) int, of each image its slice id (no two slices of the data set share
            one), volume, partition and view.

    Returns:
        positives and negatives, (batch, batch) bool each, True at (anchor, other). No image is
        paired with itself.

    Raises:
        UsageError: there is no strategy of that name.

    Example:
        >>> import numpy as np
        >>> labels = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 0]])
        >>> positives, negatives = strategy_masks("GR", labels)  # two views of a slice attract
        >>> np.asarray(positives).astype(int).tolist()
        [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
        >>> np.asarray(negatives).astype(int).tolist()
        [[0, 0, 1], [0, 0, 1], [1, 1, 0]]
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
