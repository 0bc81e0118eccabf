import pytest

from dscl_tf.stages.objective import Phase
from dscl_tf.stages.segments import segments


def cut(done: int, total: int, length: int, *starts: int) -> list[tuple[int, int, int, int]]:
    phases = [Phase(start, lambda done: None) for start in (0, *starts)]
    found = segments(phases, done, total, length)
    return [(each.phase.start, each.done, each.steps, each.reports) for each in found]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 6, 2), [(0, 0, 2, 3)]),
        ((0, 5, 2), [(0, 0, 2, 2), (0, 4, 1, 1)]),
        ((0, 1, 2), [(0, 0, 1, 1)]),
        ((2, 6, 2), [(0, 2, 2, 2)]),
        ((6, 6, 2), []),
        ((0, 8, 2, 4), [(0, 0, 2, 2), (4, 4, 2, 2)]),
        ((4, 8, 2, 4), [(4, 4, 2, 2)]),
        ((6, 9, 2, 2, 4), [(4, 6, 2, 1), (4, 8, 1, 1)]),
    ],
)
def test_reports_are_whole_but_for_the_last(arguments: tuple, expected: list) -> None:
    assert cut(*arguments) == expected
