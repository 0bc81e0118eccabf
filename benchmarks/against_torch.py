"""dscl-tf against PyTorch, step by step in turns: A B A B, each in a process of its own.

    pip install ".[benchmark]"
    python benchmarks/against_torch.py --config acdc --steps 10
    python benchmarks/against_torch.py --config acdc_half --precision mixed_bfloat16

Prints a table: seconds per step of both, the ratio of neighbouring steps (median and middle half),
how far ours is from the limit that the processor's matrix product sets, and the seconds from the
start of the process to the end of the first step, less the wait for its turn. `--json` prints all.
"""

import argparse
import json
import platform
import statistics
import sys
from pathlib import Path
from typing import Any

from flops import JOBS, peak_flops
from turns import Player, take_turns

HERE = Path(__file__).parent
TITLES = (
    "step",
    "dscl-tf s",
    "torch s",
    "ratio",
    "middle half",
    "limit s",
    "/ limit",
    "first step s",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="acdc")
    parser.add_argument("--job", dest="jobs", action="append", choices=JOBS, help="repeatable")
    parser.add_argument("--steps", type=int, default=20, help="at least 2")
    parser.add_argument("--precision", default="float32", choices=["float32", "mixed_bfloat16"])
    parser.add_argument("--eager", action="store_true", help="PyTorch without torch.compile")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.steps < 2:
        parser.error(
            f"--steps: must be at least 2, of which quartiles are taken, got {options.steps}"
        )
    results = []
    if not options.json:
        print(f"{processor()}, {options.config}, {options.precision}, {options.steps} steps\n")
        print(f"| {' | '.join(TITLES)} |", "|---" * len(TITLES) + "|", sep="\n", flush=True)
    for job in options.jobs or JOBS:
        results.append(compare(job, options))
        if not options.json:
            print(row(results[-1]), flush=True)
    if options.json:
        json.dump(results, sys.stdout)
        print()
        return
    peaks = [one["peak_gflops"] for one in results]
    print(f"\nmatrix product: {min(peaks):.0f} to {max(peaks):.0f} GFLOP/s, float32")
    print(f"PyTorch: {results[0]['engine']}")


def row(one: dict[str, Any]) -> str:
    """Return the line of the table that a job gets."""
    low, _, high = statistics.quantiles(one["ratios"], n=4)
    return (
        f"| {one['job']} | {one['ours']:.3f} | {one['torch']:.3f} | {one['ratio']:.2f} "
        f"| {low:.2f} to {high:.2f} | {one['limit']:.3f} | {one['ours'] / one['limit']:.2f} "
        f"| {one['seconds_to_first_step']:.1f} |"
    )


def compare(job: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one job: both processes live, and take a step each in turns."""
    common = [job, "--config", options.config, "--steps", str(options.steps)]
    common += ["--precision", options.precision]
    ours = Player(HERE / "step_time.py", *common)
    theirs = Player(HERE / "torch_step.py", *common, *["--compile"] * (not options.eager))
    measured, rival = take_turns(ours, theirs)
    pairs = zip(measured["seconds"], rival["seconds"], strict=True)
    ratios = sorted(a / b for a, b in pairs)
    flops, peak = measured["flops_per_step"], peak_flops()
    return {
        "job": job,
        "engine": rival["engine"],
        "ours": statistics.median(measured["seconds"]),
        "torch": statistics.median(rival["seconds"]),
        "ratios": ratios,
        "ratio": statistics.median(ratios),
        "gflop_per_step": flops / 1e9,
        "peak_gflops": peak / 1e9,
        "limit": flops / peak,
        "seconds_to_first_step": measured["seconds_to_first_step"],
        "torch_seconds_to_first_step": rival["seconds_to_first_step"],
    }


def processor() -> str:
    """Return the processor's name."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()


if __name__ == "__main__":
    main()
