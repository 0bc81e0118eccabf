"""Updates that an error or a signal interrupts go on where they were."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from dscl_tf.data.store import write_store
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import content, damage


def test_after_an_error_the_finished_volumes_need_not_be_prepared_again(tmp_path, listed, lines):
    good = listed[1].mask.read_bytes()
    damage(listed[1])
    with pytest.raises(DataError, match=r"a_gt.nii.gz: labels must be among 0, 1, 2, got 9$"):
        write_store(listed, settings(), tmp_path / "store")
    left = tmp_path / "store.partial"
    assert lines[-1] == f"volumes prepared so far: 1, kept in {left} for the next run"
    assert not (tmp_path / "store").exists()
    listed[1].mask.write_bytes(good)
    write_store(listed, settings(), tmp_path / "store")
    assert "volumes taken over from an interrupted run: 1" in lines
    assert not left.exists()


def test_what_others_put_beside_the_prepared_volumes_stays(tmp_path, listed):
    (tmp_path / "store.partial" / "mine").mkdir(parents=True)
    write_store(listed, settings(), tmp_path / "store")
    assert (tmp_path / "store.partial" / "mine").is_dir()


@pytest.fixture
def killed(tmp_path, listed):
    """Kill a run with two jobs while it prepares its third volume; return the processes' group."""
    code = f"""
        import logging, os, sys, time
        from pathlib import Path
        from dscl_tf.data.store import prepared_volume, volume_jobs, write_store
        from tests.data.files import settings
        from tests.data.store.sources import cases

        def slow(case, digests, data):
            if case.id == "c":
                time.sleep(60)
            return prepared_volume.prepare_volume(case, digests, data)

        volume_jobs.prepare_volume = slow
        listed = cases(Path("{tmp_path}/source"))
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
        write_store(listed, settings(), "{tmp_path}/store", jobs=JOBS)
    """

    def kill(sent, jobs=1):
        run = subprocess.Popen(
            [sys.executable, "-uc", textwrap.dedent(code).replace("JOBS", str(jobs))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=Path(__file__).parents[3],
        )
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("a: "):
                break
        (os.killpg if sent == signal.SIGINT else os.kill)(run.pid, sent)
        run.wait()
        return run

    return kill


def test_a_killed_run_goes_on_where_it_was(tmp_path, listed, killed, lines):
    assert killed(signal.SIGKILL).returncode == -signal.SIGKILL
    assert not (tmp_path / "store").exists()
    write_store(listed, settings(), tmp_path / "store")
    assert lines == ["volumes taken over from an interrupted run: 2", "c: 3 slices (1/1)"]
    write_store(listed, settings(), tmp_path / "anew")
    assert content(tmp_path / "store") == content(tmp_path / "anew")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anew", "source", "store"]


@pytest.mark.skipif(not shutil.which("pgrep"), reason="needs pgrep")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_a_killed_run(killed, sent):
    run = killed(sent, jobs=2)
    for _ in range(100):
        left = subprocess.run(["pgrep", "-g", str(run.pid)], capture_output=True, text=True).stdout
        if not left:
            break
        time.sleep(0.1)
    assert not left


@pytest.mark.skipif(not shutil.which("pgrep"), reason="needs pgrep")
def test_no_process_outlives_a_run_killed_before_its_first_call():
    code = """
import os, signal, sys
from joblib import delayed
from dscl_tf.data.store.parallel import in_parallel

def calls():
    yield delayed(print)("begun")
    os.kill(os.getpid(), signal.SIGKILL)  # with both processes started and one still idle

list(in_parallel(calls(), 2, 2))
"""
    run = subprocess.Popen(
        [sys.executable, "-c", code], start_new_session=True, stdout=subprocess.DEVNULL
    )
    assert run.wait() == -signal.SIGKILL
    for _ in range(100):
        left = subprocess.run(["pgrep", "-g", str(run.pid)], capture_output=True, text=True).stdout
        if not left:
            break
        time.sleep(0.1)
    assert not left
