"""Progress on a terminal, with rich: what runs, how far it is, what it measured, the time left."""

import contextlib
import io
import os
from typing import IO, Any, cast

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from dscl_tf.progress import Place, Progress

from .pace import Pace, duration


class Display:
    """A few lines at the foot of the terminal; other lines are printed above them."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Draw on `stream`; by default on a copy of standard error, which nothing puts aside."""
        self.console = Console(
            file=stream or cast(IO[str], _Terminal()),
            force_terminal=True,
            highlight=False,
            soft_wrap=True,
        )
        self.place: Place | None = None
        self.work: Progress | None = None
        self.values: dict[str, float] = {}
        self.pace = Pace()
        self.live = Live(
            console=self.console,
            get_renderable=self._picture,
            refresh_per_second=5,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.live.start()

    def say(self, line: str) -> None:
        """Print a line above the display."""
        self.console.print(line, markup=False, soft_wrap=True)

    def hear(self, progress: Progress | Place) -> None:
        """Show progress; a work that is done leaves a line."""
        if isinstance(progress, Place):
            self._leave()
            self.place = progress
            return
        if self.work is None or self.work.work != progress.work:
            self._leave()
        self.work = progress
        self.values.update(progress.values)
        self.pace.add(progress.done, counts=progress.done > 0 and progress.state != "compiling")

    def close(self) -> None:
        """Take the display off the terminal."""
        self._leave()
        self.live.stop()

    def _leave(self) -> None:
        """Print a line about the work so far, if it is done, and forget it."""
        work = self.work
        if work and work.total and work.done == work.total:
            self.say(
                f"{work.work}: {work.total} {work.unit} in {duration(self.pace.seconds)}"
                f"{''.join(f'  {name} {value:.3f}' for name, value in self.values.items())}"
            )
        self.work, self.values, self.pace = None, {}, Pace()

    def _picture(self) -> Group:
        parts: list[Any] = []
        if self.work:
            parts.append(_bar(self.work, self.pace))
            if self.values:
                parts.append(_measured(self.values))
        if self.place:
            parts.append(self._whole(self.place))
        return Group(*parts)

    def _whole(self, place: Place) -> Any:
        text = Text(f" {place.work}, {place.number} of {place.total}", style="dim")
        left = None
        if self.work and place.later:
            left = self.pace.left(self.work.done, self.work.total + place.later)
        if left is not None:
            text.append(f", about {duration(left)} of training left in all")
        return text if self.work else Spinner("line", text)


def _bar(work: Progress, pace: Pace) -> Table:
    row = Table.grid(padding=(0, 1))
    facts = [f"{work.done}/{work.total} {work.unit}"]
    if work.state:
        facts.append(work.state)
    if seconds := pace.each:
        facts.append(f"{seconds:.3g} s each" if work.unit != "steps" else f"{seconds:.3g} s/step")
    if (left := pace.left(work.done, work.total)) is not None:
        facts.append(f"{duration(left)} left")
    bar = ProgressBar(
        total=max(work.total, 1), completed=work.done, width=24, pulse=work.state == "compiling"
    )
    row.add_row(Text(work.work, style="bold"), bar, Text("  ".join(facts)))
    return row


def _measured(values: dict[str, float]) -> Text:
    text = Text(" ")
    for name, value in values.items():
        text.append(f" {name} ", style="dim").append(f"{value:.3f} ")
    return text


class _Terminal(io.TextIOBase):
    """Standard error as it is now, for as long as it takes what is written."""

    def __init__(self) -> None:
        self.descriptor = os.dup(2)

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):  # a terminal that was closed: work goes on without it
            os.write(self.descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def fileno(self) -> int:
        return self.descriptor

    def isatty(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.descriptor)
        super().close()
