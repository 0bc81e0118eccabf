"""Configurations as files: YAML in, overrides applied, the resolved tree out.

Every run saves its resolved configuration, and the saved file is itself a valid configuration.
"""

import contextlib
import copy
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import ValidationError

from dscl_tf.config.experiment import Experiment
from dscl_tf.config.mistakes import broken_rule, origin
from dscl_tf.config.recipes import lay_over, read_recipe
from dscl_tf.config.section import Section
from dscl_tf.config.shipped import shipped_configs, shipped_file, shipped_names
from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.readers import parse_yaml, read_text
from dscl_tf.text import meant, printable, shortened

MOST_BYTES = 2**24  # 16 MiB of YAML: the splits of 100,000 volumes
SPLIT_LISTS = ("unlabelled", "train", "validation", "test")


def load_config(
    source: str | Path,
    overrides: Sequence[str] = (),
    recipe: str | None = None,
    *,
    origins: Mapping[str, str] = MappingProxyType({}),
) -> Experiment:
    """Read a configuration, lay a recipe over it and apply overrides.

    The paths of `data.source` and of a file of splits count from the folder of the YAML file, or
    from the working directory where an override gives them.

    Args:
        source: a YAML file, or the bare name of a shipped configuration such as "acdc_half".
        overrides: assignments "key.path=value"; the value is YAML. They win over the recipe.
        recipe: the name of a shipped recipe (see `dscl_tf.config.recipes`), whose keys win over the
            file's.
        origins: by key, what assigned it where that was no override, for messages.

    Raises:
        UsageError: the file is missing or no YAML mapping, there is no such recipe, or a key or
            value breaks a rule; the one-line message names what set it (the file or an override)
            and the key's path.

    >>> load_config("phantom", ["finetune.steps=500"]).finetune.steps
    500
    """
    if not str(source).strip():
        raise UsageError(f"`config`: must be a YAML file or a shipped name, got {str(source)!r}")
    path = Path(source)
    if not path.suffix and str(source) in shipped_configs():
        path = shipped_file(str(source))
    tree = _read_yaml(path)
    _find_beside(tree, path.parent)
    stated = _stated(tree, overrides)
    if recipe is not None:
        changes = read_recipe(recipe)
        _look_up_splits(tree, stated, str(source))
        tree = lay_over(_tree(validate(tree, str(source))), changes)
    assigned: dict[str, str] = {}
    for override in overrides:
        if override.startswith("splits."):
            _look_up_splits(tree, stated, assigned.get("splits", str(source)))
        key = _assign(tree, override)
        assigned[key] = origins.get(key, "`overrides`")
    _look_up_splits(tree, stated, assigned.get("splits", str(source)))
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
        place = origin(error, origins, Experiment) or source
        raise UsageError(f"{place}: {broken_rule(error, Experiment)}") from error


def replace(
    config: Experiment,
    changes: dict[str, Any],
    *,
    origins: Mapping[str, str] = MappingProxyType({}),
) -> Experiment:
    """Return `config` with dotted keys replaced by new values, validated again.

    Args:
        config: a whole configuration.
        changes: values by dotted key.
        origins: by key, what set it, to open the message in place of the configuration's name.

    Raises:
        UsageError: a key is unknown or a value breaks a rule.

    >>> replace(load_config("phantom"), {"runtime.seed": 7}).runtime.seed
    7
    """
    tree = _tree(config)
    for path, value in changes.items():
        _set(tree, path.split("."), value)
    return validate(tree, config.name, origins)


def _tree(config: Experiment) -> dict[str, Any]:
    """Return a configuration as a tree, with what is left out where it is saved."""
    tree: dict[str, Any] = config.model_dump(mode="json") | {"stages": list(config.stages)}
    if config.data.source:
        tree["data"]["source"] = str(config.data.source)
    return tree


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
    return _of_lists(_read_yaml(Path(path)), path)


def _of_lists(tree: dict[str, Any], path: str | Path) -> dict[str, Any]:
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


def _find_beside(tree: dict[str, Any], folder: Path) -> None:
    """Let the paths in a configuration count from its own folder."""
    if isinstance(name := tree.get("splits"), str) and _is_file_name(name):
        tree["splits"] = str(folder / name)
    data = tree.get("data")
    if isinstance(data, dict) and isinstance(source := data.get("source"), str):
        data["source"] = str(folder / Path(source).expanduser())


def _is_file_name(splits: str) -> bool:
    return splits.endswith((".yaml", ".yml"))


def _stated(tree: dict[str, Any], overrides: Sequence[str]) -> set[str]:
    """Return the keys by which the file or an override chooses the volumes of fine-tuning."""
    section = tree.get("finetune")
    given = {f"finetune.{key}" for key in section} if isinstance(section, dict) else set()
    given |= {override.partition("=")[0] for override in overrides}
    chosen = {"finetune.ntr", "finetune.combination"}
    return chosen if "finetune" in given else chosen & given


def _look_up_splits(tree: dict[str, Any], stated: set[str], source: str) -> None:
    """Replace the name of shipped splits, or of a file of splits, by their lists.

    A file holds what `read_splits` reads, or all that `splits` may hold. Lists also choose the
    volumes of fine-tuning, unless they are `stated`.
    """
    if not isinstance(name := tree.get("splits"), str):
        return
    if _is_file_name(name):
        found = _read_yaml(Path(name), "no such file of splits")
        if "labelled" in found:
            tree["splits"] = found
            return
        changes = _of_lists(found, name)
        tree["splits"] = changes.pop("splits")
        for key in changes.keys() - stated:
            _set(tree, key.split("."), changes[key])
        return
    known = shipped_names("splits")
    if name not in known:
        raise UsageError(
            f"{source}: splits: must be lists of volume ids or one of {', '.join(known)}, or a "
            f"YAML file, got {name!r:.80}{meant(name, known)}"
        )
    tree["splits"] = _read_yaml(shipped_file(f"splits/{name}"))


def _read_yaml(path: Path, missing: str = "") -> dict[str, Any]:
    try:
        tree = copy.deepcopy(_parsed(read_text(path, MOST_BYTES)))
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            known = shipped_configs()
            rule = missing or (
                f"no such configuration; give a YAML file or one of {', '.join(known)}"
                f"{meant(str(path), [*_beside(path), *known])}"
            )
            raise UsageError(f"{path}: {rule}") from error
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
