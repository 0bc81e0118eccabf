"""The YAML files that come with the package."""

from importlib import resources
from pathlib import Path


def shipped_names(folder: str = "") -> list[str]:
    """Return the names, without ending, of the YAML files in a folder of `configs`.

    >>> "phantom" in shipped_names()
    True
    """
    entries = (resources.files("dscl_tf.configs") / folder).iterdir()
    return sorted(
        entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml")
    )


def shipped_configs() -> list[str]:
    """Return the bare names of the shipped configurations.

    >>> "acdc_half" in shipped_configs()
    True
    """
    return shipped_names()


def shipped_file(name: str) -> Path:
    """Return the path of a shipped YAML file, `name` without its ending."""
    return Path(str(resources.files("dscl_tf.configs") / f"{name}.yaml"))
