"""Configurations as files: YAML in, overrides applied, the resolved tree out.

Every run saves its resolved configuration, and the saved file is itself a valid configuration.
"""

import contextlib
import copy
import functools
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import ValidationError

from dscl_tf.config.experiment import Experiment
from dscl_tf.config.mistakes import broken_rule, origin
from dscl_tf.config.section import Section
from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.readers import parse_yaml, read_text
from dscl_tf.text import meant, printable, shortened

MOST_BYTES = 2**24  # 16 MiB of YAML: the splits of 100,000 volumes
SPLIT_LISTS = ("unlabelled", "train", "validation", "test")


def shipped_configs() -> list[str]:
    """Return the bare names of the shipped configurations.

    >>> "phantom" in shipped_configs()
    True
    """
    folder = resources.files("dscl_tf.configs")
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )


def shipped_file(name: str) -> Path:
    """Return the path of a shipped YAML file, `name` without its ending."""
    return Path(str(resources.files("dscl_tf.configs") / f"{name}.yaml"))


def load_config(
    source: str | Path,
    overrides: Sequence[str] = (),
    *,
    origins: Mapping[str, str] = MappingProxyType({}),
) -> Experiment:
    """Read a configuration and apply overrides.

    Args:
        source: a YAML file, or the bare name of a shipped configuration such as "acdc_half".
        overrides: assignments "key.path=value"; the value is YAML.
        origins: by key, what assigned it where that was no override, for messages.

    Raises:
        UsageError: the file is missing or no YAML mapping, or a key or value breaks a rule; the
            one-line message names what set it (the file or an override) and the key's path.

    >>> load_config("phantom", ["finetune.steps=500"]).finetune.steps
    500
    """
    if not str(source).strip():
        raise UsageError(f"`config`: must be a YAML file or a shipped name, got {str(source)!r}")
    path = Path(source)
    if not path.suffix and str(source) in shipped_configs():
        path = shipped_file(str(source))
    tree = _read_yaml(path)
    assigned: dict[str, str] = {}
    for override in overrides:
        if override.startswith("splits."):
            _look_up_splits(tree, assigned.get("splits", str(source)))
        key = _assign(tree, override)
        assigned[key] = origins.get(key, "`overrides`")
    _look_up_splits(tree, assigned.get("splits", str(source)))
    return validate(tree, str(source), assigned)


def validate(
    tree: dict[str, Any], source: str, origins: Mapping[str, str] = MappingProxyType({})
) -> Experiment:
    """Check a configuration tree.

    Args:
        tree: the configuration as JSON values.
        source: opens the error message.
        origins: by key, what set it where `source` did not, to open the message instead.
    """
    try:
        return Experiment.model_validate(tree)
    except ValidationError as error:
        place = origin(error, origins) or source
        raise UsageError(f"{place}: {broken_rule(error, Experiment)}") from error


def replace(config: Experiment, changes: dict[str, Any]) -> Experiment:
    """Return `config` with dotted keys replaced by new values, validated again.

    Raises:
        UsageError: a key is unknown or a value breaks a rule.

    >>> replace(load_config("phantom"), {"runtime.seed": 7}).runtime.seed
    7
    """
    tree = config.model_dump(mode="json")
    for path, value in changes.items():
        _set(tree, path.split("."), value)
    return validate(tree, config.name)


def dump(config: Experiment) -> str:
    """Return the resolved configuration as YAML that `load_config` reads back.

    >>> dump(load_config("phantom")).splitlines()[0]
    'name: phantom'
    """
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)


def read_splits(path: str | Path) -> dict[str, Any]:
    """Read a split file: YAML lists `unlabelled`, `train`, `validation`, `test` of volume ids.

    Returns:
        the configuration's keys that it replaces, for `replace`: `splits`, and in `finetune` the
        `ntr` and `combination` that select its labelled volumes.

    Raises:
        UsageError: the file is missing, holds another key, or a value is not a list of ids.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "splits.yaml"
        ...     _ = path.write_text('{train: ["001", "002"], validation: ["003"]}')
        ...     read_splits(path)["finetune.ntr"]
        2
    """
    tree = _read_yaml(Path(path))
    if unknown := sorted(set(tree) - set(SPLIT_LISTS), key=str):
        name = printable(str(unknown[0]))
        known = ", ".join(SPLIT_LISTS)
        raise UsageError(f"{path}: {name}: unknown key; it takes {known}{meant(name, SPLIT_LISTS)}")
    lists = {name: tree.get(name) or [] for name in SPLIT_LISTS}
    for name, ids in lists.items():
        if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
            raise UsageError(
                f"{path}: {name}: must be a list of volume ids in quotes, got {shortened(ids)}"
            )
    changes: dict[str, Any] = {}
    splits: dict[str, Any] = {name: lists[name] for name in ("unlabelled", "test")}
    splits["labelled"] = {}
    if lists["train"]:
        combination = {"train": lists["train"], "validation": lists["validation"]}
        splits["labelled"] = {len(lists["train"]): {"file": combination}}
        changes = {"finetune.ntr": len(lists["train"]), "finetune.combination": "file"}
    return {"splits": splits, **changes}


def _look_up_splits(tree: dict[str, Any], source: str) -> None:
    """Replace the name of shipped splits by their lists."""
    if not isinstance(name := tree.get("splits"), str):
        return
    path = shipped_file(f"splits/{name}")
    if not path.is_file():
        known = sorted(file.stem for file in path.parent.glob("*.yaml"))
        raise UsageError(
            f"{source}: splits: must be lists of volume ids or one of {', '.join(known)}, "
            f"got {name!r:.80}{meant(name, known)}"
        )
    tree["splits"] = _read_yaml(path)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        tree = copy.deepcopy(_parsed(read_text(path, MOST_BYTES)))
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            known = shipped_configs()
            raise UsageError(
                f"{path}: no such configuration; give a YAML file or one of {', '.join(known)}"
                f"{meant(str(path), [*_beside(path), *known])}"
            ) from error
        raise UsageError(str(error)) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not valid YAML: {one_line(error)}") from error
    if not isinstance(tree, dict):
        raise UsageError(f"{path}: must hold a mapping of keys, got {type(tree).__name__}")
    return tree


def _beside(path: Path) -> list[str]:
    """Return the YAML files in the folder of a file that is not there."""
    with contextlib.suppress(OSError, ValueError):
        return sorted(str(found) for found in path.parent.glob("*.y*ml"))
    return []


@functools.lru_cache(maxsize=32)
def _parsed(text: str) -> Any:
    """Parse YAML; a matrix of experiments reads the same few files hundreds of times."""
    return parse_yaml(text)


def _assign(tree: dict[str, Any], override: str) -> str:
    """Carry out an assignment; return its key."""
    path, equals, text = override.partition("=")
    if not equals or not path:
        raise UsageError(f"`overrides`: must read key.path=value, got {override!r:.80}")
    try:
        value = parse_yaml(text)
    except yaml.YAMLError as error:
        raise UsageError(
            f"`overrides` {printable(path)}: the value is not valid YAML, got {text!r:.80}: "
            f"{one_line(error)}"
        ) from error
    _set(tree, path.split("."), value)
    return path


def _set(tree: dict[str, Any], keys: list[str], value: Any) -> None:
    """Set a value in a tree; other keys of a section that is not there get their defaults."""
    defaults: Any = _defaults()
    for key in keys[:-1]:
        defaults = defaults.get(key) if isinstance(defaults, dict) else None
        if not isinstance(tree.get(key), dict):
            tree[key] = copy.deepcopy(defaults) if isinstance(defaults, dict) else {}
        tree = tree[key]
    tree[keys[-1]] = value


@functools.lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    return {
        name: field.default.model_dump(mode="json")
        for name, field in Experiment.model_fields.items()
        if isinstance(field.default, Section)
    }
