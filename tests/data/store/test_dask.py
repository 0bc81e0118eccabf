"""Preparing on a cluster of Dask: a scheduler and two worker processes on this machine."""

from collections.abc import Iterator
from pathlib import Path

import joblib
import pytest

from dscl_tf.data.store import write_store
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import content

distributed = pytest.importorskip("distributed", reason="Dask is not installed")


@pytest.fixture(scope="module")
def client() -> Iterator[None]:
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster):
        yield


def test_the_store_is_that_of_one_process_bit_for_bit(tmp_path: Path, listed, client) -> None:
    write_store(listed, settings(), tmp_path / "one", jobs=1)
    with joblib.parallel_config(backend="dask"):
        write_store(listed, settings(), tmp_path / "cluster")
    assert content(tmp_path / "one") == content(tmp_path / "cluster")


def test_an_interrupted_run_goes_on_with_the_volumes_that_are_done(
    tmp_path: Path, listed, client, lines
) -> None:
    whole = listed[1].image.read_bytes()
    listed[1].image.write_bytes(whole[:200])
    with joblib.parallel_config(backend="dask"), pytest.raises(DataError, match="cannot be read"):
        write_store(listed, settings(), tmp_path / "store")
    assert not (tmp_path / "store").exists()
    listed[1].image.write_bytes(whole)
    lines.clear()
    with joblib.parallel_config(backend="dask"):
        write_store(listed, settings(), tmp_path / "store")
    assert any("taken over from an interrupted run" in line for line in lines)
    write_store(listed, settings(), tmp_path / "anew")
    assert content(tmp_path / "store") == content(tmp_path / "anew")
