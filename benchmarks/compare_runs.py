"""A table of fine-tuned runs: start, labelled volumes, test Dice per class, steps, minutes.

    python benchmarks/compare_runs.py RUN [RUN ...]

Reads the directories that `dscl-tf finetune` and `dscl-tf evaluate` wrote. The last lines give, per
start, the mean over its runs.
"""

import json
import sys
from statistics import mean

from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run


def row_of(path: str) -> dict[str, object]:
    run = Run.open(path)
    summary = json.loads((run.path / "evaluation-test" / "metrics.json").read_text())["summary"]
    curve = read_metrics(run.path / "metrics.csv")
    pace = mean(row["seconds_per_step"] or 0 for row in curve)
    finetune = run.config.finetune
    volumes = run.config.splits.select(finetune.ntr, finetune.combination).train
    return {
        "start": Run.open(run.record["init"]).stage if run.record["init"] else "random",
        "combination": f"{finetune.combination} ({' '.join(volumes)})",
        **{entry["name"]: entry["dice"]["mean"] for entry in summary["classes"]},
        "mean Dice": summary["dice"]["mean"],
        "HD95 mm": summary["hd95_mm"]["mean"],
        "best step": run.record["best_step"],
        "steps": run.record["steps"],
        "minutes": pace * run.record["steps"] / 60,
    }


def main() -> None:
    rows = sorted((row_of(path) for path in sys.argv[1:]), key=lambda row: str(row["start"]))
    header = list(rows[0])
    lines = [header, ["---"] * len(header)]
    for row in rows:
        lines.append([f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()])
    print("\n".join(f"| {' | '.join(line)} |" for line in lines))
    print()
    for start in dict.fromkeys(row["start"] for row in rows):
        scores = [float(str(row["mean Dice"])) for row in rows if row["start"] == start]
        print(f"{start}: mean Dice {mean(scores):.3f} over {len(scores)} runs")


if __name__ == "__main__":
    main()
