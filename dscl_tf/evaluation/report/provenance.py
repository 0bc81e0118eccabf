"""What a report says about the runs behind its predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dscl_tf.config.splits import Combination
from dscl_tf.errors import DataError
from dscl_tf.evaluation.report.page import CaptionedPng
from dscl_tf.evaluation.report.plain import plain
from dscl_tf.evaluation.report.strategy import strategy
from dscl_tf.evaluation.report.words import STAGES
from dscl_tf.evaluation.uncertainty import uncertainty_line
from dscl_tf.evaluation.views import Views
from dscl_tf.names import path_in
from dscl_tf.readers import opened, read_json
from dscl_tf.runs.find import lineage
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.records import Captions, Environment
from dscl_tf.runs.run import Run
from dscl_tf.text import named


@dataclass(frozen=True)
class Provenance:
    """What runs and those that they started from left behind.

    Attributes:
        histories: training curves, see `histories`.
        figures: see `figures`.
        environment: see `environment`.
    """

    histories: dict[str, Any]
    figures: list[CaptionedPng]
    environment: dict[str, Any]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> "Provenance":
        """Read what they left behind.

        Raises:
            DataError: a file that should be there cannot be read.
        """
        return cls(histories(runs), figures(runs), environment(runs))


def title(runs: Sequence[Run], split: str) -> str:
    """Return the report's heading: experiment, volumes, strategy, labels, and when trained."""
    of_all = [dict.fromkeys(each(run) for run in runs) for each in (strategy, _labels, _date)]
    parts = [f"{runs[0].config.name}: {split} volumes", *(" or ".join(each) for each in of_all)]
    if len(runs) > 1:
        parts.insert(1, f"ensemble of {len(runs)}")
    return ", ".join(parts)


def _labels(run: Run) -> str:
    count = len(_volumes(run).train)
    return f"{count} labelled volume{'' if count == 1 else 's'}"


def _date(run: Run) -> str:
    recorded = run.record.get("finished") or run.record["started"]
    return f"trained {recorded[:10]}"


def _volumes(run: Run) -> Combination:
    return run.config.splits.select(run.config.finetune.ntr, run.config.finetune.combination)


def histories(runs: Sequence[Run]) -> dict[str, Any]:
    """Return the training curves of the runs and of those they started from, oldest first."""
    return {name: read_metrics(run.path / "metrics.csv") for name, run in _lineage(runs).items()}


def figures(runs: Sequence[Run]) -> list[CaptionedPng]:
    """Return the figures that these runs left, oldest first, captions headed by their stage.

    Raises:
        DataError: a figure that its run names cannot be read.
    """
    pictures = []
    for name, run in _lineage(runs).items():
        captions = run.path / "figures" / "captions.json"
        if not captions.is_file():
            continue
        for file, caption in read_json(captions, Captions).items():
            with opened(_figure(captions, file)) as png:
                pictures.append((f"{name}: {caption}", png.read()))
    return pictures


def _figure(captions: Path, name: str) -> Path:
    """Return the path of a figure that captions name: a file of the same folder."""
    path = path_in(captions.parent, name)
    if path.resolve().parent != captions.parent.resolve():
        raise DataError(f"{path}: a figure must lie in its run's folder, got {path.resolve()}")
    return path


def notes(runs: Sequence[Run], views: Views, summary: Mapping[str, Any]) -> list[str]:
    """Return paragraphs: what was averaged, how uncertainty fits, where each run came from."""
    if len(runs) == 1:
        paragraphs = [_training(runs[0])]
    else:
        names = short_names([run.path for run in runs])
        paragraphs = [f"Run {names[run.path]}: {_training(run)}" for run in runs]
        first = names[runs[0].path]
        paragraphs.append(f"The settings at the end of this page are those of run {first}.")
    if "uncertainty" in summary:
        paragraphs.insert(0, f"{uncertainty_line(summary['uncertainty'])}.")
    if len(runs) * len(views) > 1:
        paragraphs.insert(0, f"Class probabilities are the mean of {averaged(runs, views)}.")
    return paragraphs


def averaged(runs: Sequence[Run], views: Views) -> str:
    """Return what is averaged, such as "6 predictions: 2 runs, 3 views of each slice"."""
    parts = [f"{len(runs)} runs"] if len(runs) > 1 else []
    if len(views) > 1:
        flips = [f"flipped {flip}" for flip in views.flips]
        turns = [f"turned by {angle:g} degrees both ways" for angle in views.rotations]
        parts.append(f"{len(views)} views of each slice (as it is, {', '.join([*flips, *turns])})")
    return f"{len(runs) * len(views)} predictions: {' by '.join(parts)}"


def environment(runs: Sequence[Run]) -> dict[str, Any]:
    """Return a run's command, versions and machine as text; of an ensemble the commands.

    Raises:
        DataError: environment.json cannot be read.
    """
    if len(runs) > 1:
        names = short_names([run.path for run in runs])
        return {f"run {names[run.path]}": plain(run.record.get("command")) for run in runs}
    (run,) = runs
    recorded = read_json(run.path / "environment.json", Environment)
    values = {"command": run.record.get("command"), **recorded}
    return {name: plain(value) for name, value in values.items()}


def _lineage(runs: Sequence[Run]) -> dict[str, Run]:
    """Return the runs and those they came from, oldest first, by stage and name, in words."""
    chain = {one.path.resolve(): one for run in runs for one in lineage(run)}
    names = short_names(list(chain))
    return {
        f"{STAGES.get(one.stage, one.stage)} (run {names[path]})": one
        for path, one in chain.items()
    }


def short_names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return the last part of each path; of equal ones as many parts as tell them apart.

    >>> list(short_names([Path("/a/runs/x"), Path("/b/runs/x"), Path("/b/runs/y")]).values())
    ['a/runs/x', 'b/runs/x', 'y']
    """
    names = {}
    for path in paths:
        others = [other for other in paths if other != path]
        for parts in range(1, len(path.parts) + 1):
            ending = path.parts[-parts:]
            if all(other.parts[-parts:] != ending for other in others):
                break
        names[path] = "/".join(ending)
    return names


def _training(run: Run) -> str:
    volumes = _volumes(run)
    start = run.record.get("init")
    origin = f"run {Path(start).name}" if start else "random weights"
    generators = [f"run {Path(each).name}" for each in run.record.get("generators", ())]
    learned = f", augmented by {' and '.join(generators)}" if generators else ""
    return (
        f"Fine-tuned on {named(volumes.train)}, starting from {origin}{learned}. The weights are "
        f"those of step {run.entry('best_step')}, with the highest Dice on the validation volumes "
        f"{named(volumes.validation)} ({run.entry('best_validation_dice'):.3f} on the "
        "training grid)."
    )
