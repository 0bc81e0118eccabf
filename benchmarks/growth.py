"""How time and memory grow with the batch, the grid and the number of volumes.

    python benchmarks/growth.py batch --config acdc_half
    python benchmarks/growth.py grid --config acdc_half
    python benchmarks/growth.py volumes

Prints a table. Every line is a process of its own: a step of fine-tuning for `batch` and `grid`
(`step_time.py`), `data prepare` of phantoms for `volumes` (`prepare_speed.py`).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PER = {"batch": "ms per image", "grid": "ms per 1000 pixels", "volumes": "ms per volume"}
SIZES = {"batch": (5, 10, 20, 40, 80), "grid": (64, 96, 128, 192, 256), "volumes": (25, 100, 400)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("axis", choices=list(SIZES))
    parser.add_argument("--config", default="acdc_half")
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    print(f"| {options.axis} | seconds | {PER[options.axis]} | peak GiB |")
    print("|---|---|---|---|")
    for size in SIZES[options.axis]:
        seconds, memory = measure(options.axis, size, options)
        units = size**2 / 1000 if options.axis == "grid" else size
        each = 1000 * seconds / units
        print(f"| {size} | {seconds:.3f} | {each:.1f} | {memory:.2f} |", flush=True)


def measure(axis: str, size: int, options: argparse.Namespace) -> tuple[float, float]:
    """Return the seconds and the peak memory in GiB."""
    if axis == "volumes":
        one = run("prepare_speed.py", "--patients", str(size), "--jobs", "2")
        return one["seconds"], one["peak_memory_gib"]
    change = f"finetune.batch_size={size}" if axis == "batch" else f"data.grid=[{size}, {size}]"
    steps = ["--config", options.config, "--steps", str(options.steps), "--set", change]
    one = run("step_time.py", "finetune", *steps)
    return one["median_seconds_per_step"], one["peak_memory_gib"]


def run(script: str, *arguments: str) -> dict[str, Any]:
    """Run a benchmark and return the line that it prints."""
    command = [sys.executable, str(HERE / script), *arguments]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
