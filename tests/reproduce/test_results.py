import dataclasses

import pytest

from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.results import Entry, collect
from dscl_tf.reproduce.selection import Selection
from tests.reproduce.run_files import write_evaluation


def test_entries_hold_the_dice_of_the_evaluated_cells(matrix: Matrix, folders: Folders) -> None:
    plan = make_plan(matrix, "small", Selection(rows=("random",)))
    last = plan.last_run(plan.cells[0])
    write_evaluation(folders.run(last), last.config.splits.test, dice=0.25)
    assert collect(plan, folders) == [
        Entry("random", 1, dice=(0.25,), planned=2, paper=0.5),
        Entry("random", 2, dice=(), planned=2, paper=None),
    ]


@pytest.mark.parametrize(("scales", "number"), [(None, 0.5), (("small",), 0.5), (("other",), None)])
def test_the_papers_numbers_stand_beside_its_own_data_only(
    matrix: Matrix, folders: Folders, scales: tuple[str, ...] | None, number: float | None
) -> None:
    table = matrix.model_copy(update={"paper_scales": scales})
    entry, *_ = collect(make_plan(table, "small", Selection()), folders)
    assert (entry.row, entry.ntr, entry.paper) == ("random", 1, number)


def test_there_is_no_deviation_of_one_cell() -> None:
    entry = Entry("GD", 1, dice=(0.5,), planned=2, paper=None)
    assert (entry.mean, entry.std) == (0.5, None)
    assert dataclasses.replace(entry, dice=()).mean is None
