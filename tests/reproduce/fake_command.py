"""A command that leaves the files of a run without training one."""

import itertools
import threading
from pathlib import Path

from dscl_tf.config.files import load_config
from dscl_tf.runs.run import Run
from tests.reproduce.run_files import write_evaluation, write_record


class FakeCommand:
    """Stands in for `dscl-tf`: leaves the files of a run, fails or stops where told to."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        self.calls: list[list[str]] = []
        self.failing: tuple[str, ...] = ()
        self.stop_before: int | None = None
        self.stopped = False
        self.at_once = self.most_at_once = 0
        self.meeting: threading.Barrier | None = None  # that the first calls wait at
        self.lock = threading.Lock()

    def __call__(self, arguments: list[str], log: Path) -> str | None:
        if len(self.calls) == self.stop_before:
            raise KeyboardInterrupt
        with self.lock:
            self.calls.append(arguments)
            number = len(self.calls)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self._check_sources(arguments)
        if self.meeting and number <= self.meeting.parties:
            self.meeting.wait(timeout=60)
        failed = any(part in " ".join(arguments) for part in self.failing)
        if not failed:
            self._leave_files(arguments)
        with self.lock:
            self.at_once -= 1
        return "exit status 1: it broke" if failed else None

    def stop(self) -> None:
        self.stopped = True

    def _check_sources(self, arguments: list[str]) -> None:
        """Check that the runs that a command starts from are finished."""
        for option, name in itertools.pairwise(arguments):
            if option in ("--init", "--generators") and name != "none":
                assert Run.open(self.runs / name).finished

    def _leave_files(self, arguments: list[str]) -> None:
        name = arguments[arguments.index("--run" if arguments[0] == "evaluate" else "--name") + 1]
        if arguments[0] == "evaluate":
            write_evaluation(self.runs / name, load_config("phantom").splits.test, dice=0.25)
        else:
            write_record(self.runs / name, status="finished")
