"""Seconds per training step at a configuration's sizes, on the phantom's volumes.

One stage and one setting per process, so that the peak memory is that of the stage alone:

    python benchmarks/step_time.py pretrain_global --config acdc --steps 6
    python benchmarks/step_time.py finetune --config acdc --steps 6 --no-xla

Prints one JSON line. The first step compiles and is left out of the median.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

STARTED = time.perf_counter()


def main() -> None:
    from dscl_tf.stages import STAGES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=list(STAGES))
    parser.add_argument("--config", default="acdc")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--no-xla", action="store_true")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--set", dest="overrides", action="append", default=[])
    options = parser.parse_args()

    from dscl_tf.config.files import load_config, replace
    from dscl_tf.data.store import prepare
    from dscl_tf.runs.metrics_log import read_metrics
    from dscl_tf.stages.launch import run_stage

    phantom = load_config("phantom")
    config = replace(
        load_config(options.config, options.overrides),
        {
            "data.layout": "phantom",
            "data.bias_correction": None,
            "data.classes": phantom.data.classes,
            "splits": phantom.splits.model_dump(mode="json"),
            f"{options.stage}.steps": options.steps,
            "finetune.validate_every": 1000,
            "runtime.report_every": 1,
            "runtime.checkpoint_every": 1000,
            "runtime.jit_compile": not options.no_xla,
            "runtime.precision": options.precision,
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        store = prepare(config, None, Path(folder) / "store")
        preparing = time.perf_counter() - before
        runs = Path(folder) / "runs"
        started = time.perf_counter()
        run = run_stage(options.stage, config, store, runs, init="none")
        to_stage = started - STARTED - preparing
        rows = read_metrics(run.path / "metrics.csv")[1:]
    settings = getattr(config, options.stage)
    result = {
        "stage": options.stage,
        "config": options.config,
        "set": options.overrides,
        "rows": settings.batch_size,
        "grid": list(config.data.grid),
        "xla": not options.no_xla,
        "precision": options.precision,
        "median_seconds_per_step": statistics.median(row["seconds_per_step"] or 0 for row in rows),
        "seconds_to_first_step": to_stage + run.record["seconds_to_first_step"],
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
