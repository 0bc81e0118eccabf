"""A training run that is asked to end says so, in a line and in its run.json, and can go on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dscl_tf.runs.run import Run


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
)
def test_a_run_that_is_asked_to_end(
    tiny_file: Path, store, tmp_path: Path, sent: signal.Signals, status: int, word: str
) -> None:
    options = ["--config", tiny_file, "--store", store.directory, "--name", "x"]
    command = [sys.executable, "-m", "dscl_tf.cli", "pretrain", "global", *map(str, options)]
    many = subprocess.Popen(
        [*command, "--steps", "1000000"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,  # which tests in the background of a shell would ignore
    )
    assert many.stderr is not None
    for line in many.stderr:
        if line.startswith("step 4/"):
            break
    many.send_signal(sent)
    *_, last = many.communicate(timeout=60)[1].splitlines()
    assert last == f"dscl-tf: {word}; the same command goes on, a training run with --resume"
    assert many.returncode == status
    run = Run.open(tmp_path / "runs" / "x")
    assert run.record["status"] == word and not run.finished
    assert run.record["reason"] == ("SIGTERM" if word == "terminated" else "KeyboardInterrupt")
    assert run.load_arrays("checkpoint")["state/step"] >= 2


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
