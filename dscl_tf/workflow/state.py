"""What a sequence of steps has done so far, in workflow.json of its folder."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from dscl_tf.errors import DataError, Terminated, one_line
from dscl_tf.files import lock, report_read_errors, write_json
from dscl_tf.readers import Record, read_json
from dscl_tf.runs.environment import command_line, now

NAME = "workflow.json"

Status = Literal["running", "finished", "failed", "interrupted", "terminated"]


class StepRecord(Record):
    """What is known of one step.

    >>> StepRecord(status="finished", seconds=2.5).result
    {}
    """

    status: Status
    of: str = ""
    """What its result was made from: another value, and it is made anew."""
    seconds: float = 0.0
    """How long it took, over all calls."""
    reason: str | None = None
    """Why it ended, where it is not finished."""
    result: dict[str, Any] = Field(default_factory=dict)
    """What it came to."""


class SequenceRecord(Record):
    """What workflow.json holds."""

    experiment: str
    started: str
    command: str | None = None
    steps: dict[str, StepRecord] = Field(default_factory=dict)


class State:
    """The record of a sequence, written at each change.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     state = State.open(Path(folder), "heart")
    ...     with state.step("export", of="weights 1") as result:
    ...         result["saved_model"] = "model/1"
    ...     again = State.open(Path(folder), "heart")
    ...     again.finished("export", of="weights 1"), again.finished("export", of="weights 2")
    ({'saved_model': 'model/1'}, None)

    Attributes:
        path: workflow.json.
        record: what it holds.
    """

    def __init__(self, path: Path, record: SequenceRecord) -> None:
        """Keep `record` in `path`."""
        self.path, self.record = path, record

    @classmethod
    def open(cls, home: Path, experiment: str) -> "State":
        """Read the state in `home`, or begin one; a new one is not written yet.

        Raises:
            DataError: workflow.json is damaged, or of another experiment; or `home` holds other
                things.
        """
        path = home / NAME
        with report_read_errors(home):
            if (home / "run.json").exists():
                raise DataError(f"{home}: is the directory of one run; `name` another")
            if not path.is_file():
                return cls(path, SequenceRecord(experiment=experiment, started=now()))
        record = read_json(path, SequenceRecord)
        if record.experiment != experiment:
            raise DataError(
                f"{home}: belongs to experiment {record.experiment}, got {experiment}; "
                "`name` another"
            )
        return cls(path, record)

    def finished(self, step: str, of: str) -> dict[str, Any] | None:
        """Return the result of a step that was finished with the same `of`, None without any."""
        known = self.record.steps.get(step)
        return known.result if known and (known.status, known.of) == ("finished", of) else None

    def began(self, step: str, of: str) -> bool:
        """Return whether a step was at least begun with the same `of`."""
        known = self.record.steps.get(step)
        return known is not None and known.of == of

    @property
    def seconds(self) -> float:
        """How long all steps took so far."""
        return sum(step.seconds for step in self.record.steps.values())

    @contextlib.contextmanager
    def step(self, step: str, of: str = "") -> Iterator[dict[str, Any]]:
        """Note that a step begins and how it ends; give the result to fill in.

        A process that is killed leaves the status "running".
        """
        before = self.record.steps[step].seconds if self.began(step, of) else 0.0
        clock = time.perf_counter()
        result: dict[str, Any] = {}

        def note(status: Status, reason: str | None = None) -> None:
            seconds = round(before + time.perf_counter() - clock, 3)
            entry = StepRecord(status=status, of=of, seconds=seconds, reason=reason, result=result)
            self._write({**self.record.steps, step: entry})

        note("running")
        try:
            yield result
        except BaseException as error:
            with contextlib.suppress(DataError):
                note(_status_after(error), one_line(error))
            raise
        note("finished")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from working on the same sequence.

        Raises:
            DataError: another process is working on it.
        """
        home = self.path.parent
        with lock(home / ".lock", busy=f"{home}: another process is at work on it"):
            yield

    def _write(self, steps: dict[str, StepRecord]) -> None:
        update = {"steps": steps, "command": self.record.command or command_line()}
        self.record = self.record.model_copy(update=update)
        write_json(self.path, self.record.model_dump(mode="json"))


def _status_after(error: BaseException) -> Status:
    if isinstance(error, Terminated):
        return "terminated"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
