"""Seconds per step of a plan's stages on this machine, from a few steps on random images."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.grid import Geometry
from dscl_tf.data.store import SliceStore, settings_of
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.planning.quiet import quiet

STEPS = 3  # of which the first compiles and does not count
PATIENCE = 12.0  # seconds after which no further stage is timed
VOLUMES, DEPTH = 10, 4
# Seconds per step over those of the global stage with as many rows (acdc_half on two cores).
RATIOS = {"pretrain_global": 1.0, "pretrain_local": 0.7, "finetune": 1.4}
TIMED = ("pretrain_global", "finetune")  # the third is estimated
# A step with a mean teacher over one without: 0.33 and 0.20 s, acdc_half in bfloat16, two cores.
TEACHER = 1.7


def expected_minutes(config: Experiment) -> dict[str, float]:
    """Return the minutes that each of `config.stages` is expected to take here.

    The global stage and fine-tuning are timed, if that takes no longer than some seconds; other
    stages are estimated from the first by ratios measured before.
    """
    started = time.perf_counter()
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, quiet():
        for stage in (one for one in TIMED if one in config.stages):
            if seconds and time.perf_counter() - started > PATIENCE:
                break
            seconds[stage] = _seconds_per_step(config, stage, Path(folder))
    if "finetune" in seconds and config.finetune.teacher:
        seconds["finetune"] *= TEACHER
    return {
        stage: getattr(config, stage).steps * _of(stage, seconds) / 60 for stage in config.stages
    }


def _of(stage: str, seconds: dict[str, float]) -> float:
    """Return seconds per step, timed or estimated."""
    first = next(iter(seconds))
    return seconds.get(stage, seconds[first] * RATIOS[stage] / RATIOS[first])


def _seconds_per_step(config: Experiment, stage: str, folder: Path) -> float:
    from dscl_tf.runs.metrics_log import read_metrics
    from dscl_tf.stages.launch import run_stage

    ids = [str(number) for number in range(VOLUMES)]
    combination = {"train": ids[:1], "validation": ids[1:2]}
    changes: dict[str, Any] = {
        "splits": {"unlabelled": ids, "labelled": {1: {"c1": combination}}, "test": []},
        "finetune.ntr": 1,
        "finetune.combination": "c1",
        "finetune.validate_every": STEPS,
        "finetune.teacher": None,  # it has no second phase in so few steps
        "finetune.components": None,
        f"{stage}.steps": STEPS,
        "runtime.report_every": 1,
        "runtime.checkpoint_every": 1000,
    }
    for name in ("pretrain_global", "pretrain_local", "pretrain_joint", "pretrain_pretext"):
        changes[f"{name}.health_every"] = 0
    timed = replace(config, changes)
    run = run_stage(stage, timed, _random_store(timed, ids, folder), folder / "runs", init="none")
    rows = read_metrics(run.path / "metrics.csv")[1:]
    return statistics.median(float(row["seconds_per_step"] or 0) for row in rows)


def _random_store(config: Experiment, ids: list[str], folder: Path) -> SliceStore:
    rows, columns = config.data.grid
    rng = np.random.default_rng(0)
    slices = len(ids) * DEPTH
    images = rng.random((slices, rows, columns, config.data.channel_count), np.float32)
    masks = rng.integers(0, config.data.class_count, (slices, rows, columns), np.uint8)
    spacing = (*config.data.spacing, 1.0)
    geometry = Geometry(
        (rows, columns, DEPTH),
        tuple(map(tuple, np.diag([*spacing, 1.0]).tolist())),
        spacing,
        ((0, 1), (1, 1), (2, 1)),
        config.data.grid,
        config.data.spacing,
    )
    volumes = {
        id: VolumeEntry(
            id, place * DEPTH, DEPTH, True, geometry, "", "", None, None, (0.0, 1.0), True
        )
        for place, id in enumerate(ids)
    }
    settings = settings_of(config.data)
    return SliceStore(folder, images, masks, volumes, settings, {}, "timing")
