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

from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, assemble, publish, volume_jobs, write_store
from dscl_tf.data.store.partial_store import PartialStore
from dscl_tf.errors import DataError
from tests.data.files import ramp, save, settings
from tests.data.store.sources import cases, content, damage


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


KILL_AT = """
import os, signal, sys
from pathlib import Path
from dscl_tf.data.store import assemble, partial_store, publish, write_store
from tests.data.files import settings
from tests.data.store.sources import cases

left = int(sys.argv[2])
for module, name in (
    (assemble, "write_shard"), (partial_store.PartialStore, "record"), (publish, "write_index"),
    (publish, "remove_stale"), (Path, "unlink"), (Path, "rename"), (Path, "replace"),
):
    def counted(*arguments, real=getattr(module, name), **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)

    setattr(module, name, counted)
source = Path(sys.argv[1])
write_store(cases(source / "source"), settings(), source / "store", shard_bytes=2500)
"""


def killed_after(folder, steps):
    """Run an update that is killed after some steps of writing; return whether it was."""
    run = subprocess.run(
        [sys.executable, "-c", KILL_AT, folder, str(steps)], cwd=Path(__file__).parents[3]
    )
    assert run.returncode in (0, -signal.SIGKILL)
    return run.returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("there", [False, True])
def test_wherever_it_is_killed_an_update_loses_nothing(tmp_path, monkeypatch, there):
    listed = cases(tmp_path / "source")
    write_store(listed, settings(), tmp_path / "anew", shard_bytes=2500)
    calls, real = [], volume_jobs.prepare_volume
    monkeypatch.setattr(
        volume_jobs, "prepare_volume", lambda *given: calls.append(given) or real(*given)
    )
    for steps in range(3 + there, 100, 2):
        shutil.rmtree(tmp_path / "store", ignore_errors=True)
        shutil.rmtree(tmp_path / "store.partial", ignore_errors=True)
        if there:
            write_store(listed[:1], settings(), tmp_path / "store", shard_bytes=2500)
        if not killed_after(tmp_path, steps):
            break
        stored = 0
        if there or (tmp_path / "store").exists():
            stored = len(SliceStore.open(tmp_path / "store").volumes)
        finished = 0 if stored == 3 else PartialStore.of(tmp_path / "store").count()
        calls.clear()
        write_store(listed, settings(), tmp_path / "store", shard_bytes=2500)
        assert len(calls) == 3 - stored - finished, "what was prepared is not prepared again"
        assert content(tmp_path / "store") == content(tmp_path / "anew")
        assert not (tmp_path / "store.partial").exists()
    assert steps > 20


def test_shards_of_an_interrupted_run_serve_another_set_of_volumes(tmp_path, listed, monkeypatch):
    """The space of prepared volumes is free by then: only the shard has their slices."""

    def stop(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "write_index", stop)
        with pytest.raises(KeyboardInterrupt):
            write_store(listed, settings(), tmp_path / "store")
    left = tmp_path / "store.partial"
    assert not list(left.glob("*/images.npy")) and len(list(left.glob("store/images-*.npy"))) == 1
    with monkeypatch.context() as patch:
        patch.setattr(volume_jobs, "prepare_volume", stop)
        write_store(listed[1:], settings(), tmp_path / "store")
    write_store(listed[1:], settings(), tmp_path / "anew")
    assert content(tmp_path / "store") == content(tmp_path / "anew")


def test_building_never_needs_twice_the_space(tmp_path, monkeypatch):
    """At most what was prepared and one shard are there at a time."""
    paths = [save(tmp_path / f"{i}.nii", ramp((9, 7, 8)) + i) for i in range(12)]
    most, real = [], assemble.write_shard

    def measured(*arguments):
        real(*arguments)
        most.append(sum(p.stat().st_size for p in tmp_path.glob("store.partial/**/*.npy")))

    monkeypatch.setattr(assemble, "write_shard", measured)
    listed = [Case(path.stem, path, None) for path in paths]
    write_store(listed, settings(), tmp_path / "store", shard_bytes=4000)
    store = sum(path.stat().st_size for path in (tmp_path / "store").iterdir())
    assert len(most) > 3 and max(most) < store + 4000


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
