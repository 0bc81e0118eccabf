"""Commands of `dscl-tf`, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from dscl_tf.files import report_write_errors


class Processes:
    """Runs `dscl-tf` in new processes, so that no run inherits anything from another.

    They end when this process has ended, even by a kill.
    """

    def __init__(self) -> None:
        self.live: set[subprocess.Popen[bytes]] = set()
        self.stopped = False

    def __call__(self, arguments: list[str], log: Path) -> str | None:
        """Run one command, its output going to the end of `log`.

        Returns:
            None, or its exit status and last line.

        Raises:
            KeyboardInterrupt: the command was interrupted, or `stop` was called before.
        """
        if self.stopped:
            raise KeyboardInterrupt
        with report_write_errors(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            file = log.open("ab")
        with file:
            process = subprocess.Popen(
                [sys.executable, "-m", "dscl_tf.cli.child", str(os.getpid()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            self.live.add(process)
            if self.stopped:  # between the check above and here
                process.kill()
            status = process.wait()
            self.live.discard(process)
        if status == 0:
            return None
        if status == 130:
            raise KeyboardInterrupt
        lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
        return f"exit status {status}: {lines[-1]} (log: {log})"

    def stop(self) -> None:
        """Kill what still runs; each run goes on from its last checkpoint when called again."""
        self.stopped = True
        for process in tuple(self.live):
            process.kill()
