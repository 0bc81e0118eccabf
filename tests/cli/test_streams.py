"""Standard streams that are closed or full, in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from dscl_tf.runs.run import Run

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def run(shell: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a shell line in which DSCL stands for the command."""
    line = shell.replace("DSCL", f"{sys.executable} -m dscl_tf.cli")
    return subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", ["DSCL --help", "DSCL data inspect --config TINY --store STORE"]
)
def test_a_full_standard_output_is_one_line(
    tiny_file: Path, store, tmp_path: Path, command: str
) -> None:
    line = command.replace("TINY", str(tiny_file)).replace("STORE", str(store.directory))
    result = run(f"{line} > /dev/full", tmp_path)
    message = "dscl-tf: standard output: cannot be written: No space left on device"
    assert (result.returncode, result.stderr) == (1, f"{message}\n")


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "0<&- 1>&- 2>&-"])
def test_training_goes_on_without_its_standard_streams(
    tiny_file: Path, store, tmp_path: Path, streams: str
) -> None:
    options = f"--config {tiny_file} --store {store.directory} --name x --steps 2"
    result = run(f"DSCL finetune {options} {streams}", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert Run.open(tmp_path / "runs" / "x").finished
