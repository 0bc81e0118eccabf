"""A plan as two YAML files, in which every decision says why."""

import math
import os
import tempfile
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from dscl_tf import __version__
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write, report_write_errors
from dscl_tf.planning.decision import Decision
from dscl_tf.planning.plan import Plan

WIDTH = 98


def paths_of(name: str, folder: Path) -> tuple[Path, Path]:
    """Return where a configuration and its splits are written.

    >>> [path.name for path in paths_of("mine", Path("."))]
    ['mine.yaml', 'mine-splits.yaml']
    """
    return folder / f"{name}.yaml", folder / f"{name}-splits.yaml"


def check_place(name: str, folder: Path, *, force: bool) -> None:
    """Check that files can be written to a folder and, without `force`, that neither exists.

    Raises:
        DataError: they cannot, or one does.
    """
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    with report_write_errors(folder), tempfile.TemporaryFile(dir=there):
        pass
    for path in paths_of(name, folder) if not force else ():
        if os.path.lexists(path):
            raise DataError(f"{path}: exists already; another `name` or `force` is needed")


def write_plan(
    plan: Plan, folder: Path, minutes: Mapping[str, float] | None = None, *, force: bool = False
) -> tuple[Path, Path]:
    """Write NAME.yaml and NAME-splits.yaml.

    Args:
        plan: what to write.
        folder: where to.
        minutes: expected minutes by stage, for the head's comment.
        force: replace files of these names.

    Returns:
        the paths of the configuration and of the splits.

    Raises:
        DataError: one exists and `force` is not given, or the folder cannot be written.
    """
    check_place(plan.name, folder, force=force)
    config, splits = paths_of(plan.name, folder)
    texts = {splits: splits_text(plan), config: config_text(plan, folder, minutes)}
    for path, text in texts.items():
        with atomic_write(path, "w") as file:
            file.write(text)
    return config, splits


def splits_text(plan: Plan) -> str:
    """Return the file of splits."""
    lines = [f"# Which volumes of {plan.name} are for what: ids, in quotes where they are numbers."]
    lines += _comment(plan.choice.why)
    lines += _comment(
        "Volumes for the test must be in no other list; those that train or select may also be in "
        "unlabelled, which is read without masks."
    )
    if plan.choice.unused:
        lines += _comment(
            f"In no list, as other scans of tested patients or of one slice: "
            f"{', '.join(plan.choice.unused)}"
        )
    for id, why in plan.fingerprint.source.left_out.items():
        lines += _comment(f"Left out: {id}: {why}")
    for name, ids in plan.choice.lists.items():
        lines += _entry(name, ids, "")
    return "\n".join(lines) + "\n"


def config_text(plan: Plan, folder: Path, minutes: Mapping[str, float] | None = None) -> str:
    """Return the configuration, with paths that count from `folder`."""
    lines = [*_head(plan, folder, minutes), f"name: {plan.name}"]
    sections: dict[str, list[Decision]] = {}
    for decision in plan.decisions:
        sections.setdefault(decision.key.partition(".")[0], []).append(decision)
    source = _source(plan.fingerprint.source.folder, folder)
    where = Decision("data.source", source, "Counts from the folder of this file.")
    for section, decisions in sections.items():
        if section == "stages":
            lines += _lines(decisions[0], "")
            continue
        lines.append(f"{section}:")
        if section == "data":
            decisions = [decisions[0], where, *decisions[1:]]
        for decision in decisions:
            lines += _lines(decision, "  ")
        if section == "data":
            lines.append(f"splits: {plan.name}-splits.yaml  # beside this file")
    return "\n".join(lines) + "\n"


def _head(plan: Plan, folder: Path, minutes: Mapping[str, float] | None) -> Iterator[str]:
    config, _ = paths_of(plan.name, folder)
    fingerprint = plan.fingerprint
    made = f"a plan by dscl-tf init {__version__} of {date.today().isoformat()}"
    yield f"# {plan.name}: {made}, for {plan.machine.name}."
    yield "#"
    found = f"{len(fingerprint.scans)} volumes, {len(fingerprint.labelled)} with a mask"
    yield from _comment(f"Data:  {found}; {fingerprint.source.kind}.")
    for note in fingerprint.source.notes:
        yield from _comment(f"Seen:  {note}")
    skip = " --skip-bad" if fingerprint.source.left_out else ""
    yield f"# Run:   {run_command(plan, config)}"
    yield "#        which is, step by step:"
    yield f"#        dscl-tf data prepare --config {config}{skip}"
    yield f"#        dscl-tf data inspect --config {config}"
    commands = {
        "pretrain_global": "pretrain global",
        "pretrain_local": "pretrain local",
        "finetune": "finetune",
    }
    for stage in plan.value("stages"):
        yield f"#        dscl-tf {commands[stage]} --config {config}"
    if plan.choice.train:
        split = "" if plan.choice.test else " --split validation"
        yield f"#        dscl-tf evaluate --config {config}{split}"
    if minutes:
        told = ", ".join(
            f"{commands[stage]} {told_minutes(value)}" for stage, value in minutes.items()
        )
        yield from (f"# {line}" for line in textwrap.wrap(f"Time:  {told}, expected.", WIDTH))
    yield "# Every value may be changed; after a change in data, prepare again."


def run_command(plan: Plan, config: Path) -> str:
    """Return the command that does all that a plan says."""
    skip = " --skip-bad" if plan.fingerprint.source.left_out else ""
    return f"dscl-tf run --config {config}{skip}"


def told_minutes(minutes: float) -> str:
    """Return minutes in words.

    >>> told_minutes(12.3), told_minutes(0.52)
    ('12 minutes', '0.5 minutes')
    """
    return f"{minutes:.0f} minutes" if minutes >= 2 else f"{max(minutes, 0.1):.1f} minutes"


def _source(source: Path, folder: Path) -> str:
    """Return a path from one folder to the other; an absolute one where they are far apart."""
    relative = os.path.relpath(source.resolve(), folder.resolve())
    return str(source.resolve()) if relative.startswith("../..") else relative


def _lines(decision: Decision, indent: str) -> Iterator[str]:
    key = decision.key.rpartition(".")[2]
    comment = _comment(decision.why, indent)
    lines = _entry(key, decision.value, indent)
    if len(comment) == len(lines) == 1 and len(lines[0]) + len(comment[0].strip()) + 2 <= WIDTH:
        yield f"{lines[0]}  {comment[0].strip()}"
    else:
        yield from (*comment, *lines)


def _entry(key: object, value: Any, indent: str) -> list[str]:
    """Return a key and its value: on one line or, where it is long, on several."""
    flow = _flow(value)
    line = f"{indent}{_flow(key)}: {flow}"
    if len(line) <= WIDTH:
        return [line]
    if isinstance(value, Mapping):
        inner = [_entry(one, part, f"{indent}  ") for one, part in value.items()]
        return [f"{indent}{_flow(key)}:", *(line for lines in inner for line in lines)]
    if not isinstance(value, list):
        return [line]
    return [f"{indent}{_flow(key)}:", *(f"{indent}  {line}" for line in _packed(value))]


def _packed(items: Sequence[Any]) -> list[str]:
    """Return a list on several lines, none of them broken inside an item."""
    lines = [""]
    for number, item in enumerate(items):
        text = f"{_flow(item)}," if number < len(items) - 1 else f"{_flow(item)}]"
        if len(lines[-1]) + len(text) + 4 > WIDTH:
            lines.append("")
        lines[-1] += f" {text}" if lines[-1] else text
    return [f"[{lines[0]}", *(f" {line}" for line in lines[1:])]


def _comment(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=math.inf
    )
    return text.removesuffix("...\n").strip()
