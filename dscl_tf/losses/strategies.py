"""Which images of a batch attract and which repel each other: G^R, G^D-, G^D and PCL."""

from collections.abc import Mapping
from dataclasses import dataclass

from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor

COLUMNS = ("slice", "volume", "partition", "view", "position")
SAME, OTHER = True, False
POSITION_UNITS = 1_000_000  # of a volume's height, in which the column "position" counts


@dataclass(frozen=True)
class Below:
    """Two labels differ by less than `limit`, in a column's units."""

    limit: int


@dataclass(frozen=True)
class AtLeast:
    """Two labels differ by `limit` or more, in a column's units."""

    limit: int


Rule = Mapping[str, bool | Below | AtLeast]


@dataclass(frozen=True)
class Strategy:
    """A contrasting strategy, as rules over the labels of two images.

    A rule maps names of `COLUMNS` to SAME, OTHER, `Below` or `AtLeast`. Two images obey it if for
    each label that it names theirs are the same, are not, or differ by so much. They are a positive
    pair if they obey any rule of `positives`, a negative one if they obey `negatives`.

    >>> of_slices = Strategy(({"slice": SAME, "view": OTHER},), negatives={"slice": OTHER})
    >>> of_slices == STRATEGIES["GR"]
    True
    """

    positives: tuple[Rule, ...]
    negatives: Rule


_OTHER_VIEW: Rule = {"slice": SAME, "view": OTHER}


def positional(attract_below: float, repel_from: float) -> Strategy:
    """Return PCL: what attracts and what repels is decided by the positions of two slices.

    Zeng et al. (MICCAI 2021) have one threshold, so that all pairs either attract or repel. With
    two, the pairs between them do neither. Their loss has the other positives of an anchor in its
    denominator, which the kernel here leaves out.

    >>> positional(0.1, 0.25).negatives
    {'position': AtLeast(limit=250000)}

    Args:
        attract_below: slices attract whose positions, each from 0 to 1 along its volume, differ by
            less; so do the two views of a slice.
        repel_from: slices repel whose positions differ by so much or more.

    Raises:
        UsageError: the thresholds are not in (0, 1), or cross.
    """
    if not 0 < attract_below <= repel_from < 1:
        raise UsageError(
            "thresholds: must be above 0 and below 1, the one that attracts not above the other, "
            f"got {attract_below} and {repel_from}"
        )
    near, far = (round(limit * POSITION_UNITS) for limit in (attract_below, repel_from))
    close: Rule = {"slice": OTHER, "position": Below(near)}
    return Strategy((_OTHER_VIEW, close), {"position": AtLeast(far)})


STRATEGIES: Mapping[str, Strategy] = {
    "GR": Strategy((_OTHER_VIEW,), {"slice": OTHER}),
    "GD-": Strategy((_OTHER_VIEW,), {"partition": OTHER}),
    "GD": Strategy(
        (_OTHER_VIEW, {"partition": SAME, "volume": OTHER}),
        {"partition": OTHER},
    ),
    "PCL": positional(0.1, 0.1),
}


def find_strategy(name: str) -> Strategy:
    """Return the strategy of that name; PCL with thresholds of 0.1.

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
            one), volume, partition and view. For PCL (batch, 5): the last is the position of the
            slice in its volume, in millionths of the volume's height.

    Returns:
        positives and negatives, (batch, batch) bool each, True at (anchor, other). No image is
        paired with itself.

    Raises:
        UsageError: there is no strategy of that name, or labels that it needs are missing.

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
    _check_columns(strategy, labels.shape[-1])
    positives = _obeys(strategy.positives[0], labels)
    for rule in strategy.positives[1:]:
        positives = ops.logical_or(positives, _obeys(rule, labels))
    return positives, _obeys(strategy.negatives, labels)


def _obeys(rule: Rule, labels: Tensor) -> Tensor:
    obeyed = None
    for column, wanted in rule.items():
        label = labels[:, COLUMNS.index(column)]
        holds = _holds(wanted, ops.expand_dims(label, 1), ops.expand_dims(label, 0))  # (N, N)
        obeyed = holds if obeyed is None else ops.logical_and(obeyed, holds)
    return obeyed


def _holds(wanted: bool | Below | AtLeast, mine: Tensor, theirs: Tensor) -> Tensor:
    if isinstance(wanted, Below):
        return ops.abs(mine - theirs) < wanted.limit
    if isinstance(wanted, AtLeast):
        return ops.abs(mine - theirs) >= wanted.limit
    return ops.equal(mine, theirs) if wanted else ops.not_equal(mine, theirs)


def _check_columns(strategy: Strategy, count: int) -> None:
    named = {column for rule in (*strategy.positives, strategy.negatives) for column in rule}
    if missing := sorted(named - set(COLUMNS[:count])):
        raise UsageError(f"labels: must have a column {missing[0]}, got {count} columns")
