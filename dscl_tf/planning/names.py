"""The name of an experiment, from that of its folder."""

import re
from pathlib import Path

from dscl_tf.config import shipped_configs
from dscl_tf.errors import UsageError


def name_of(folder: Path) -> str:
    """Return a name for the experiment of a folder, other than those of shipped ones.

    >>> name_of(Path("Brain scans (2)")), name_of(Path("acdc"))
    ('Brain-scans-2', 'acdc-own')
    """
    text = re.sub(r"[^A-Za-z0-9._]+", "-", folder.resolve().name).strip("-._") or "mine"
    return f"{text}-own" if text in shipped_configs() else text


def checked_name(name: str) -> str:
    """Return a name that the user chose.

    Raises:
        UsageError: it is no name of an experiment.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(
            "`name`: must be letters, digits, dots, underscores and hyphens, the first a letter or "
            f"digit, got {name!r:.80}"
        )
    return name
