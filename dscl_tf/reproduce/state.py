"""What a matrix's runs have come to, read from their directories."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dscl_tf.errors import DataError


def is_finished(run: Path) -> bool:
    """Return whether a run directory holds a finished run."""
    return read_json(run / "run.json").get("status") == "finished"


def is_started(run: Path) -> bool:
    """Return whether a run directory holds a run, which can be resumed if it is not finished."""
    return bool(read_json(run / "run.json"))


def made_from(run: Path) -> str | None:
    """Return the version of the store that a run was made from, None where it does not say."""
    return read_json(run / "run.json").get("store_version")


def dice_on_test(run: Path, volumes: Collection[str]) -> float | None:
    """Return the mean Dice of an evaluated run; None if it is not of just these test volumes."""
    metrics = read_json(run / "evaluation-test" / "metrics.json")
    if {row["volume"] for row in metrics.get("rows", ())} != set(volumes):
        return None
    return metrics["summary"]["dice"]["mean"]


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file's mapping; an empty one where it is missing.

    Raises:
        DataError: the file is damaged.
    """
    try:
        return json.loads(path.read_text()) if path.is_file() else {}
    except ValueError as error:
        raise DataError(f"{path}: not valid JSON: {error}") from error
