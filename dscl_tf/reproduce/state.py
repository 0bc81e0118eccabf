"""What a matrix's runs have come to, read from their directories."""

import json
from pathlib import Path
from typing import Any


def is_finished(run: Path) -> bool:
    """Return whether a run directory holds a finished run."""
    return read_json(run / "run.json").get("status") == "finished"


def is_started(run: Path) -> bool:
    """Return whether a run directory holds a run, which can be resumed if it is not finished."""
    return bool(read_json(run / "run.json"))


def dice_on_test(run: Path) -> float | None:
    """Return the mean Dice over the test volumes of an evaluated run, or None."""
    summary = read_json(run / "evaluation-test" / "metrics.json").get("summary", {})
    return summary.get("dice", {}).get("mean")


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file's mapping; an empty one where it is missing."""
    return json.loads(path.read_text()) if path.is_file() else {}
