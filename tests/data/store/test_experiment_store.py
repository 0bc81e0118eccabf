import shlex
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from dscl_tf.config import Experiment, replace
from dscl_tf.data.store import open_store, update_store
from dscl_tf.errors import DataError
from tests.logs import heard

SMALL = {"splits.unlabelled": ["001"], "splits.labelled": {}, "splits.test": ["002"]}


def test_the_phantom_grows_when_it_is_prepared_again(
    tiny: Experiment, tmp_path: Path, lines
) -> None:
    place = tmp_path / "store"
    assert list(open_store(replace(tiny, SMALL), place).volumes) == ["001", "002"]
    assert list(open_store(tiny, place).volumes) == ["001", "002"]
    lines.clear()
    changes = update_store(tiny, None, place)
    assert (changes.kept, changes.prepared) == (["001", "002"], ["003", "004", "005"])
    assert lines[0] == f"wrote 3 of the phantom's volumes to {tmp_path / 'store-volumes'}"


def test_the_phantom_of_no_volume_is_refused(tiny: Experiment, tmp_path: Path) -> None:
    none = replace(tiny, {**SMALL, "splits.unlabelled": [], "splits.test": []})
    with pytest.raises(DataError, match="store-volumes"):
        open_store(none, tmp_path / "store")


def test_a_store_is_updated_by_one_process_at_a_time(
    tiny: Experiment, tmp_path: Path, lines
) -> None:
    small = replace(tiny, SMALL)
    other = FileLock(tmp_path / ".store.lock", thread_local=False)
    other.acquire()
    waits = threading.Event()

    thread = threading.Thread(target=update_store, args=(small, None, tmp_path / "store"))
    with heard(lambda line: waits.set()):
        thread.start()
        assert waits.wait(30) and not (tmp_path / "store-volumes").exists()
    assert "waiting for another command that prepares it" in lines[0]
    other.release()
    thread.join(60)
    assert list(open_store(small, tmp_path / "store").volumes) == ["001", "002"]


def test_the_command_that_makes_a_store_can_be_pasted(tiny: Experiment, tmp_path: Path) -> None:
    data = {"layout": "folder", "folder": {"images": "{id}.nii"}}
    other = replace(tiny, {f"data.{key}": value for key, value in data.items()})
    with pytest.raises(DataError) as error:
        open_store(other, tmp_path / "my store", given="of me.yaml")
    command = str(error.value).partition("make it with ")[2]
    assert shlex.split(command) == [
        *("dscl-tf", "data", "prepare", "folder", "--config", "of me.yaml"),
        *("--store", f"{tmp_path}/my store", "--source", "DIR"),
    ]
