"""Two processes that take turns: each waits for a line before it does the next piece of work."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

READY = "ready"


def wait_for_turn() -> float:
    """Say that this process is ready, stand still until it is its turn, and return the seconds.

    Raises:
        SystemExit: whoever gives the turns has ended.
    """
    print(READY, flush=True)
    began = time.perf_counter()
    if not sys.stdin.readline():
        raise SystemExit("no turn will come: the process that gives them has ended")
    return time.perf_counter() - began


class Player:
    """A benchmark in a process of its own, which works only when it is told to."""

    def __init__(self, script: Path, *arguments: str) -> None:
        """Start it, and wait until it is ready for its first step."""
        self.process = subprocess.Popen(
            [sys.executable, str(script), *arguments, "--turns"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.result: dict[str, Any] | None = None
        self._listen()

    def turn(self) -> None:
        """Let it take a step, and wait for its end."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self._listen()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("{"):
                self.result = json.loads(line)
            if line.startswith((READY, "{")):
                return
        raise SystemExit(f"{self.process.args}: ended without a result")


def take_turns(first: Player, second: Player) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let both work in turns until both have given their results."""
    while first.result is None or second.result is None:
        for player in (first, second):
            if player.result is None:
                player.turn()
    for player in (first, second):
        player.process.wait()  # what is measured next has the machine to itself
    return first.result, second.result
