"""What a run is recorded with: time, command, versions, machine."""

import os
import platform
import shlex
import sys
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from dscl_tf import __version__
from dscl_tf.process import settings_of_process

PACKAGES = ("tensorflow", "keras", "jax", "numpy", "scipy", "nibabel", "SimpleITK")


def now() -> str:
    """Return the local time to the millisecond, in a form that sorts.

    >>> len(now()) == len("2026-01-31 09:05:00.000")
    True
    """
    return datetime.now().isoformat(sep=" ", timespec="milliseconds")


def environment() -> dict[str, Any]:
    """Return versions, machine and settings of the process, for environment.json.

    >>> sorted(environment())
    ['cpus', 'dscl_tf', 'packages', 'platform', 'process', 'python']
    """
    versions: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "dscl_tf": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": versions,
        "process": settings_of_process(),
    }


def command_line() -> str:
    """Return the command that this process runs, as a shell takes it."""
    name = Path(sys.argv[0]).name
    return shlex.join(["dscl-tf" if name == "__main__.py" else name, *sys.argv[1:]])
