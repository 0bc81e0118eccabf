"""Fine-tuned runs with an evaluation, without any training."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from dscl_tf.config import load_config
from dscl_tf.config.files import replace
from dscl_tf.evaluation import ClassMetrics, Evaluation, summarise
from dscl_tf.files import write_json
from dscl_tf.runs.run import Run

NAN = math.nan


def run_of(
    runs: Path, name: str, *, train: Sequence[str] = ("001",), seed: int = 1, combination="c1"
) -> Run:
    """A finished run that was fine-tuned on `train`."""
    labelled = {1: {combination: {"train": list(train), "validation": ["013"]}}}
    changes = {
        "splits.labelled": labelled,
        "finetune.combination": combination,
        "runtime.seed": seed,
    }
    run = Run.create(runs, name, "finetune", replace(load_config("phantom"), changes), {})
    run.update(status="finished")
    return run


def evaluated(
    run: Run,
    scores: Mapping[str, Sequence[float]],
    hd95: float | Sequence[float] = 5.0,
    *,
    classes: Sequence[str] = ("heart", "wall"),
    split: str = "test",
    unit: str = "mm",
) -> Run:
    """Give the run an evaluation with these Dice per volume, a value per class."""
    distances = [hd95] * len(classes) if isinstance(hd95, float) else hd95
    rows = [
        (
            volume,
            [
                ClassMetrics(label, name, value, distance, 1.0, 5.0, 5.0)
                for label, (name, value, distance) in enumerate(
                    zip(classes, dice, distances, strict=True), 1
                )
            ],
        )
        for volume, dice in scores.items()
    ]
    folder = run.path / f"evaluation-{split}"
    folder.mkdir()
    write_json(folder / "metrics.json", Evaluation(rows, summarise(rows), {}, unit).to_dict())
    return run
