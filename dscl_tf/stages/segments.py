"""How a training is cut into calls of `fit`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dscl_tf.stages.objective import Phase


@dataclass(frozen=True)
class Segment:
    """Reports of equal length in one phase: one call of `fit`.

    Attributes:
        phase: the phase.
        done: the steps done when it begins.
        steps: the steps of each report.
        reports: the number of reports.
    """

    phase: Phase
    done: int
    steps: int
    reports: int


def segments(phases: Sequence[Phase], done: int, total: int, length: int) -> Iterator[Segment]:
    """Yield what is left to do; no segment goes on from one phase to the next.

    >>> first, second = Phase(0, print), Phase(4, print)
    >>> for each in segments([first, second], done=2, total=9, length=2):
    ...     print(each.phase.start, each.done, each.steps, each.reports)
    0 2 2 1
    4 4 2 2
    4 8 1 1

    Args:
        phases: the phases of the training, in order.
        done: the steps done, more than 0 for a run that is resumed.
        total: the steps of the whole training.
        length: the steps of a report; the last one of a phase may be shorter.
    """
    ends = [*(phase.start for phase in phases[1:]), total]
    for phase, end in zip(phases, ends, strict=True):
        if done >= end:
            continue
        whole, rest = divmod(end - done, length)
        if whole:
            yield Segment(phase, done, length, whole)
        if rest:
            yield Segment(phase, end - rest, rest, 1)
        done = end
