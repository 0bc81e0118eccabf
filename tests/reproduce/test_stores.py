from pathlib import Path

import pytest

from dscl_tf.errors import DataError
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.selection import Selection
from dscl_tf.reproduce.stores import check_stores
from tests.reproduce.run_files import write_record


def test_every_store_is_opened_once(
    matrix: Matrix, folders: Folders, asked_stores: list[Path]
) -> None:
    check_stores(make_plan(matrix, "small", Selection()), folders)
    assert asked_stores == [folders.stores / "phantom"]


def test_a_missing_store_is_named(
    matrix: Matrix, folders: Folders, asked_stores: list[Path]
) -> None:
    plan = make_plan(matrix, "small", Selection(), ["data.layout=acdc"])
    with pytest.raises(DataError, match="stores/phantom: no such store; make it with dscl-tf data"):
        check_stores(plan, folders)


@pytest.mark.usefixtures("asked_stores")
def test_a_run_of_what_the_store_held_before_is_named(matrix: Matrix, folders: Folders) -> None:
    plan = make_plan(matrix, "small", Selection())
    name = list(plan.runs)[3]
    write_record(folders.runs / name, store_version="first")
    with pytest.raises(DataError, match=rf"runs/{name}: must have been made from what .*phantom"):
        check_stores(plan, folders)
    write_record(folders.runs / name, store_version="second")
    check_stores(plan, folders)
