import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from dscl_tf.errors import DataError
from dscl_tf.reproduce.processes import Processes


def test_a_command_that_fails_gives_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    message = Processes()(["evaluate", "--run", "none-such"], log)
    assert message is not None and message.startswith(
        "exit status 1: dscl-tf: none-such: no such run"
    )
    assert log.is_file()


def test_a_command_that_succeeds_gives_none_and_its_log(tmp_path: Path) -> None:
    processes = Processes()
    assert processes(["--help"], tmp_path / "x.log") is None
    assert "Usage: " in (tmp_path / "x.log").read_text() and not processes.live


def test_stopping_kills_what_runs(tmp_path: Path) -> None:
    processes = Processes()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(processes, ["--help"], tmp_path / "x.log")
        while not processes.live and not future.done():
            time.sleep(0.001)
        processes.stop()
        message = future.result(timeout=30)
    assert message is not None and message.startswith("exit status -9")


def test_nothing_starts_after_a_stop(tmp_path: Path) -> None:
    processes = Processes()
    processes.stop()
    with pytest.raises(KeyboardInterrupt):
        processes(["--help"], tmp_path / "x.log")
    assert not (tmp_path / "x.log").exists()


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the way")
    with pytest.raises(DataError, match=r"logs/x\.log: cannot be written"):
        Processes()(["--help"], tmp_path / "logs" / "x.log")


def test_commands_end_with_a_killed_parent(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    code = f"""
from pathlib import Path
from dscl_tf.reproduce.processes import Processes
Processes()(["pretrain", "global", "--steps", "1000000", "--runs", "{tmp_path}/runs"],
            Path("{log}"))
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    locks = tmp_path / "runs"
    while not (held := list(locks.glob("*/.lock"))):
        assert parent.poll() is None
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    with FileLock(held[0], timeout=30):  # which the command held until it ended
        pass
