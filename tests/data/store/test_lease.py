"""No file of a store is removed while another process may need it."""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.store import SliceStore, lease, write_store
from tests.data.files import settings
from tests.data.store.sources import new_mask

pytestmark = pytest.mark.skipif(lease.fcntl is None, reason="needs locks of Unix")
READER = """
import sys, numpy as np
from dscl_tf.data.store import SliceStore
store = SliceStore.open(sys.argv[1])
store.images.mapped.cache_clear()  # as where there are more shards than are mapped at a time
print(store.version, flush=True)
sys.stdin.readline()
print(np.asarray(store.images).sum(), flush=True)
"""


def test_a_process_that_trains_keeps_its_shards(made, listed, lines):
    former = SliceStore.open(made)
    total, version = np.asarray(former.images).sum(), former.version
    names = {path.name for path in made.iterdir()}
    del former
    gc.collect()
    with subprocess.Popen(
        [sys.executable, "-c", READER, made],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline().strip() == version
        write_store(new_mask(listed), settings(), made)
        assert "3 files of before the update stay, since the store may be open" in lines[-1]
        told, _ = reader.communicate("\n")
    assert float(told) == total
    assert SliceStore.open(made).version != version
    gc.collect()
    write_store(listed, settings(), made)
    left = {path.name for path in made.iterdir()}
    assert not left & (names - {"index.json"}), "the next update removes them"
    assert len(left) == 4


def test_a_lease_that_is_released_lets_files_go(tmp_path: Path) -> None:
    held = lease.Lease(tmp_path)
    with lease.alone(tmp_path) as nobody_reads:
        assert not nobody_reads
    held.release()
    with lease.alone(tmp_path) as nobody_reads:
        assert nobody_reads


def test_without_locks_nobody_can_tell(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(lease, "fcntl", None)
    lease.Lease(tmp_path).release()
    with lease.alone(tmp_path) as nobody_reads:
        assert not nobody_reads
