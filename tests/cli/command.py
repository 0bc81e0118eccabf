"""Runs `dscl-tf` inside the test's process."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dscl_tf.cli import main


@dataclass
class Result:
    status: int
    out: str
    err: str

    def assert_one_line_error(self, status: int, message: str) -> None:
        """Check for a user's mistake: notices, then one line that holds `message`."""
        *_, line = self.err.splitlines()
        assert line.startswith("dscl-tf: "), self.err
        assert self.err.count("dscl-tf: ") == 1
        assert "Traceback" not in self.err
        assert message in line, line
        assert (self.status, self.out) == (status, "")


class Command:
    """Calls of `dscl-tf`, each as in a process of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *arguments: object) -> Result:
        self.monkeypatch.setattr(sys, "argv", ["main", *map(str, arguments)])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        captured = self.capsys.readouterr()
        return Result(int(stop.value.code or 0), captured.out, captured.err)


def tree(folder: Path) -> list[str]:
    """Return everything under `folder` but the locks beside stores."""
    paths = (path for path in folder.rglob("*") if path.suffix != ".lock")
    return sorted(str(path.relative_to(folder)) for path in paths)
