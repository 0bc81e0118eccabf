"""dscl-tf against PyTorch, in turns: A B A B, each in a process of its own, nothing beside them.

    pip install ".[benchmark]"
    python benchmarks/against_torch.py --config acdc --rounds 3
    python benchmarks/against_torch.py --config acdc_half --precision mixed_bfloat16

Prints a table: seconds per step of both, their ratio (median and extremes of the rounds), and how
far ours is from the limit that the processor's matrix product sets. `--json` prints all.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from flops import JOBS, peak_flops

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="acdc")
    parser.add_argument("--job", dest="jobs", action="append", choices=JOBS, help="repeatable")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--precision", default="float32", choices=["float32", "mixed_bfloat16"])
    parser.add_argument("--eager", action="store_true", help="PyTorch without torch.compile")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = [compare(job, options) for job in options.jobs or JOBS]
    if options.json:
        json.dump(results, sys.stdout)
        print()
        return
    print(f"{processor()}, {options.config}, {options.precision}, {options.rounds} rounds\n")
    print("| step | dscl-tf s | torch s | ratio | of the rounds | limit s | dscl-tf / limit |")
    print("|---|---|---|---|---|---|---|")
    for one in results:
        low, high = min(one["ratios"]), max(one["ratios"])
        print(
            f"| {one['job']} | {one['ours']:.3f} | {one['torch']:.3f} | {one['ratio']:.2f} "
            f"| {low:.2f} to {high:.2f} | {one['limit']:.3f} | {one['ours'] / one['limit']:.2f} |"
        )
    peaks = [one["peak_gflops"] for one in results]
    print(f"\nmatrix product: {min(peaks):.0f} to {max(peaks):.0f} GFLOP/s, float32")
    print(f"PyTorch: {results[0]['engine']}")


def compare(job: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one job in turns."""
    common = ["--config", options.config, "--steps", str(options.steps)]
    common += ["--precision", options.precision]
    ours, theirs, peaks = [], [], []
    for _ in range(options.rounds):
        ours.append(measure("step_time.py", job, common))
        theirs.append(measure("torch_step.py", job, common + ["--compile"] * (not options.eager)))
        peaks.append(peak_flops())
    medians = [[one["median_seconds_per_step"] for one in side] for side in (ours, theirs)]
    ratios = [a / b for a, b in zip(*medians, strict=True)]
    flops, peak = ours[0]["flops_per_step"], max(peaks)
    return {
        "job": job,
        "engine": theirs[0]["engine"],
        "ours": statistics.median(medians[0]),
        "torch": statistics.median(medians[1]),
        "ratios": ratios,
        "ratio": statistics.median(ratios),
        "gflop_per_step": flops / 1e9,
        "peak_gflops": peak / 1e9,
        "limit": flops / peak,
        "seconds_to_first_step": [one["seconds_to_first_step"] for one in ours],
        "torch_seconds_to_first_step": [one["seconds_to_first_step"] for one in theirs],
    }


def measure(script: str, job: str, arguments: list[str]) -> dict[str, Any]:
    """Run a benchmark in a process of its own and return its line."""
    command = [sys.executable, str(HERE / script), job, *arguments]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def processor() -> str:
    """Return the processor's name."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()


if __name__ == "__main__":
    main()
