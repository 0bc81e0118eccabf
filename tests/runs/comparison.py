"""Whether two runs came to the same, bit by bit."""

from pathlib import Path

import numpy as np

from dscl_tf.runs.metrics_log import read_metrics


def curve(run: Path) -> list[dict]:
    rows = read_metrics(run / "metrics.csv")
    return [{key: row[key] for key in row if key != "seconds_per_step"} for row in rows]


def assert_equal_runs(one: Path, other: Path) -> None:
    names = [path.name for path in one.glob("*.npz")]
    assert "weights.npz" in names and "checkpoint.npz" in names
    for name in names:
        with np.load(one / name) as arrays, np.load(other / name) as others:
            assert arrays.keys() == others.keys()
            for key in arrays:
                assert arrays[key].tobytes() == others[key].tobytes(), (name, key)
    assert curve(one) == curve(other)
