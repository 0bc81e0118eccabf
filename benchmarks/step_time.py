"""Seconds per training step at a configuration's sizes, on the phantom's volumes.

One job and one setting per process, so that the peak memory is that of the job alone:

    python benchmarks/step_time.py pretrain_global --config acdc --steps 6
    python benchmarks/step_time.py finetune --config acdc --steps 6 --xla
    python benchmarks/step_time.py inference --config acdc     # a volume of ten slices

Prints one JSON line. The first two steps compile and warm up, and are left out.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flops import count_flops
from turns import wait_for_turn

STARTED = time.perf_counter()
SLICES = 10  # of a volume whose inference is timed


def main() -> None:
    from dscl_tf.stages import STAGES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=[*STAGES, "inference"])
    parser.add_argument("--config", default="acdc")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--xla", action="store_true")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--turns", action="store_true", help="wait for a line before each step")
    parser.add_argument("--set", dest="overrides", action="append", default=[])
    options = parser.parse_args()
    config = configure(options)
    measured = infer(config, options) if options.job == "inference" else train(config, options)
    stage = getattr(config, "finetune" if options.job == "inference" else options.job)
    images = SLICES if options.job == "inference" else stage.batch_size
    flops = None
    if options.job in ("pretrain_global", "pretrain_local", "finetune", "inference"):
        data, model = config.data, config.model
        sizes = images, data.grid[0], data.channel_count, model.filters
        flops = count_flops(options.job, *sizes, hidden=model.projection_hidden)
    result = {
        "job": options.job,
        "config": options.config,
        "set": options.overrides,
        "images": images,
        "grid": list(config.data.grid),
        "xla": options.xla,
        "precision": options.precision,
        "flops_per_step": flops,
        "median_seconds_per_step": statistics.median(measured["seconds"]),
        **measured,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    json.dump(result, sys.stdout)
    print()


def configure(options: argparse.Namespace) -> Any:
    """Return the configuration, with the phantom's volumes and a report every step."""
    from dscl_tf.config.files import load_config, replace

    phantom = load_config("phantom")
    changes = {
        "data.layout": "phantom",
        "data.bias_correction": None,
        "data.classes": phantom.data.classes,
        "splits": phantom.splits.model_dump(mode="json"),
        "finetune.validate_every": 1000,
        "runtime.report_every": 1,
        "runtime.checkpoint_every": 1000,
        "runtime.jit_compile": True if options.xla else "auto",
        "runtime.precision": options.precision,
    }
    if options.job != "inference":
        changes[f"{options.job}.steps"] = 2 + options.steps
    return replace(load_config(options.config, options.overrides), changes)


def train(config: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Train for some steps and return how long each took."""
    from dscl_tf.data.store import prepare
    from dscl_tf.runs.metrics_log import read_metrics
    from dscl_tf.stages.launch import run_stage
    from dscl_tf.stages.recorder import Recorder

    if options.turns:
        count_steps = Recorder.on_epoch_begin

        def begin_in_turn(self: Recorder, epoch: int, logs: Any = None) -> None:
            self.started += wait_for_turn()  # no part of the time to the first step
            count_steps(self, epoch, logs)

        Recorder.on_epoch_begin = begin_in_turn  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        store = prepare(config, None, Path(folder) / "store")
        preparing = time.perf_counter() - before
        started = time.perf_counter()
        run = run_stage(options.job, config, store, Path(folder) / "runs", init="none")
        rows = read_metrics(run.path / "metrics.csv")[2:]
    return {
        "seconds": [row["seconds_per_step"] or 0.0 for row in rows],
        "seconds_to_first_step": started
        - STARTED
        - preparing
        + run.record["seconds_to_first_step"],
    }


def infer(config: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Predict a volume several times and return how long each took."""
    import numpy as np

    from dscl_tf.evaluation.predict import predict_slices
    from dscl_tf.models.precision import precision
    from dscl_tf.runs.networks import segmentation_network

    with precision(config.runtime.precision):
        network = segmentation_network(config)
    shape = (SLICES, *config.data.grid, config.data.channel_count)
    slices = np.random.default_rng(0).random(shape, np.float32)
    seconds = []
    for _ in range(2 + options.steps):
        waited = wait_for_turn() if options.turns else 0.0
        began = time.perf_counter()
        predict_slices(network, slices)
        seconds.append(time.perf_counter() - began)
        if len(seconds) == 1:
            first = time.perf_counter() - STARTED - waited
    return {"seconds": seconds[2:], "seconds_to_first_step": first}


if __name__ == "__main__":
    main()
