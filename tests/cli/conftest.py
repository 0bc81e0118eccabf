from pathlib import Path

import pytest

from tests.cli.command import Command


@pytest.fixture
def invoke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> Command:
    """The command, in an empty working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)
