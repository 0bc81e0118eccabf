"""Volumes in the order in which to label them, with the reasons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dscl_tf.suggestion.distance import Pick
from dscl_tf.text import aligned, number


@dataclass(frozen=True)
class Suggestion:
    """A volume to label, and why.

    Attributes:
        volume: its id.
        rank: its place among all, from 1.
        distance: to `nearest` at the time of its choice, in [0, 2]; None if not asked for. Where
            `nearest` is None, on average to all other candidates.
        nearest: the labelled volume, or the one suggested before it, that is nearest.
        distance_rank: its place by distance, from 1; None if not asked for.
        entropy: the network's doubt in [0, 1]; None if not asked for, or where no foreground was
            found.
        entropy_rank: its place by entropy, from 1; None if not asked for.
        reason: the neighbour and the ranks in words.
    """

    volume: str
    rank: int
    distance: float | None
    nearest: str | None
    distance_rank: int | None
    entropy: float | None
    entropy_rank: int | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def rank_volumes(
    candidates: Sequence[str],
    labelled: Sequence[str],
    picks: Sequence[Pick] | None,
    doubts: Sequence[float | None] | None,
) -> list[Suggestion]:
    """Return the candidates in the order in which to label them.

    By the one measure that is given; with both, by the mean of the two ranks, of equal ones first
    the one that is first by distance. A volume in which the network found no foreground comes
    before all others by entropy: the network fails there.

    Args:
        candidates: ids.
        labelled: ids of the references.
        picks: `farthest_first` of candidates and references; None if not asked for.
        doubts: `doubt_near_foreground` of each candidate; None if not asked for.

    >>> ranked = rank_volumes(["a", "b", "c"], [], None, [0.2, None, 0.5])
    >>> [(one.volume, one.entropy) for one in ranked]
    [('b', None), ('c', 0.5), ('a', 0.2)]
    """
    count = len(candidates)
    by_distance = {pick.candidate: rank for rank, pick in enumerate(picks or (), start=1)}
    by_entropy = _entropy_ranks(doubts) if doubts is not None else {}
    ranks = [table for table in (by_distance, by_entropy) if table]
    order = sorted(
        range(count), key=lambda one: (sum(table[one] for table in ranks), ranks[0][one])
    )
    pick_of = {pick.candidate: pick for pick in picks or ()}
    names = [*labelled, *candidates]
    result = []
    for rank, one in enumerate(order, start=1):
        pick = pick_of.get(one)
        nearest = names[pick.nearest] if pick and pick.nearest is not None else None
        entropy = doubts[one] if doubts is not None else None
        ranks_of = by_distance.get(one), by_entropy.get(one)
        blank = doubts is not None and entropy is None
        result.append(
            Suggestion(
                candidates[one],
                rank,
                pick.distance if pick else None,
                nearest,
                ranks_of[0],
                entropy,
                ranks_of[1],
                _reason(pick, nearest, labelled, ranks_of, blank),
            )
        )
    return result


def _entropy_ranks(doubts: Sequence[float | None]) -> dict[int, int]:
    """Return the rank of each by its doubt, from 1, the greatest first; None is the greatest."""
    values = [2.0 if doubt is None else doubt for doubt in doubts]
    order = sorted(range(len(values)), key=lambda one: -values[one])
    return {one: rank for rank, one in enumerate(order, start=1)}


def _reason(
    pick: Pick | None,
    nearest: str | None,
    labelled: Sequence[str],
    ranks: tuple[int | None, int | None],
    blank: bool,
) -> str:
    """Return in words what decided: the neighbour, the ranks by distance and by entropy."""
    reasons = []
    if nearest is not None:
        kind = "labelled" if nearest in labelled else "suggested"
        reasons.append(f"nearest {kind} volume {nearest}")
    elif pick:
        reasons.append("no volume is labelled, this is the most typical one")
    if blank:
        reasons.append("no foreground found")
    places = [
        f"by {by} {rank}" for by, rank in zip(("distance", "entropy"), ranks, strict=True) if rank
    ]
    if not pick or len(places) > 1:
        reasons.append(", ".join(places))
    return "; ".join(reasons)


def suggestion_table(suggestions: Sequence[Suggestion]) -> str:
    """Return the table for the terminal, a line for each volume.

    >>> print(suggestion_table(rank_volumes(["a"], [], None, [0.25])))
    rank  volume  distance  entropy  reason
    1     a              -    0.250  by entropy 1
    """
    head = aligned(
        [["rank", "volume"], *([str(one.rank), one.volume] for one in suggestions)], left=None
    )
    width = max(map(len, head))
    numbers = aligned(
        [
            ["distance", "entropy"],
            *([number(one.distance, 4), number(one.entropy, 3)] for one in suggestions),
        ],
        left=0,
    )
    reasons = ["reason", *(one.reason for one in suggestions)]
    return "\n".join(
        f"{left.ljust(width)}  {middle}  {reason}"
        for left, middle, reason in zip(head, numbers, reasons, strict=True)
    )
