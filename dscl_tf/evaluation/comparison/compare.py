"""Compare two groups of runs by the evaluations that they hold."""

import shlex
from collections.abc import Sequence
from typing import Literal

import numpy as np

from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.bootstrap import row_means
from dscl_tf.evaluation.comparison.comparison import Comparison
from dscl_tf.evaluation.comparison.difference import Difference, paired_difference
from dscl_tf.evaluation.comparison.pairs import Pair, pair_runs
from dscl_tf.evaluation.scores import Scores, WrittenScores, evaluation_folder, read_scores
from dscl_tf.runs.run import Run
from dscl_tf.text import named

Both = tuple[WrittenScores, WrittenScores]


def compare_runs(
    baseline: Sequence[Run], candidate: Sequence[Run], split: str = "test", *, seed: int = 1
) -> Comparison:
    """Return how two groups of fine-tuned runs differ, paired by run and by volume.

    Reads what `evaluate` wrote into the runs, with the slices as they are (no flips or rotations).
    Differences are those of Dice and HD95, per class and of the mean over classes, each with an
    interval of bootstrap samples in which pairs of runs and volumes are drawn anew.

    Args:
        baseline: finished fine-tuning runs.
        candidate: as many others; `pair_runs` says which belong together.
        split: "validation" or "test".
        seed: of the bootstrap.

    Raises:
        DataError: a run was not evaluated on the split, or the two of a pair on different volumes
            or classes; or a file of a run is damaged.
        UsageError: the runs cannot be paired, or `split` is neither.

    Example::

        before, after = (
            [Run.open(f"runs/{name}-{combination}") for combination in ("c1", "c2", "c4")]
            for name in ("plain", "teacher")
        )
        print(compare_runs(before, after).table())
    """
    if split not in ("validation", "test"):
        raise UsageError(f"`split`: must be validation or test, got {split}")
    paired_by, pairs = pair_runs(baseline, candidate)
    scores = [(_read(pair.baseline, split), _read(pair.candidate, split)) for pair in pairs]
    classes = _check_alike(pairs, scores)
    volumes = tuple(sorted({id for one, _ in scores for id in one.dice}))
    dice = [_table([both[side].dice for both in scores], volumes, classes) for side in (0, 1)]
    hd95 = [_table([both[side].hd95 for both in scores], volumes, classes) for side in (0, 1)]
    return Comparison(
        split=split,
        paired_by=paired_by,
        pairs=tuple(pairs),
        dice=tuple(zip(*(row_means(_mean(side)).tolist() for side in dice), strict=True)),
        volumes=volumes,
        classes=classes,
        expected=sum(len(one.dice) for one, _ in scores),
        unit=scores[0][0].unit,
        differences=(
            *_differences("dice", dice, classes, seed),
            *_differences("hd95", hd95, classes, seed),
        ),
        seed=seed,
    )


def _read(run: Run, split: str) -> WrittenScores:
    folder = evaluation_folder(run.path, split)
    if not (folder / "metrics.json").is_file():
        raise DataError(
            f"{run.path}: must be evaluated on the {split} volumes first: "
            f"dscl-tf evaluate --run {shlex.quote(str(run.path))} --split {split}"
        )
    return read_scores(folder)


def _check_alike(pairs: Sequence[Pair], scores: Sequence[Both]) -> tuple[str, ...]:
    """Check volumes within each pair, classes and unit of all; return the classes."""
    classes = _classes(scores[0][0])
    for pair, both in zip(pairs, scores, strict=True):
        runs = f"{pair.baseline.path} and {pair.candidate.path}"
        ids = [set(side.dice) for side in both]
        if apart := sorted(ids[0] ^ ids[1]):
            raise DataError(
                f"{runs}: must be evaluated on the same volumes, got {named(apart)} in one alone"
            )
        for run, side in zip((pair.baseline, pair.candidate), both, strict=True):
            if (found := _classes(side)) != classes:
                raise DataError(
                    f"{run.path}: must have the classes of {pairs[0].baseline.path}, "
                    f"{', '.join(classes)}, got {', '.join(found)}"
                )
            if side.unit != scores[0][0].unit:
                raise DataError(
                    f"{run.path}: must measure distances in {scores[0][0].unit} as "
                    f"{pairs[0].baseline.path} does, got {side.unit}"
                )
    return classes


def _classes(scores: WrittenScores) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in scores.dice.values() for name in row))


def _table(
    scores: Sequence[Scores], volumes: Sequence[str], classes: Sequence[str]
) -> np.ndarray:  # (pairs, volumes, classes)
    """Return scores as an array, NaN where a pair was not evaluated on a volume."""
    rows = [[[one.get(id, {}).get(c, np.nan) for c in classes] for id in volumes] for one in scores]
    return np.array(rows, np.float64)


def _mean(scores: np.ndarray) -> np.ndarray:  # (pairs, volumes)
    """Return the mean over the classes that have a score."""
    pairs, volumes, classes = scores.shape
    return row_means(scores.reshape(-1, classes)).reshape(pairs, volumes)


def _differences(
    measure: Literal["dice", "hd95"],
    scores: Sequence[np.ndarray],
    classes: Sequence[str],
    seed: int,
) -> list[Difference]:
    """Return the difference of each class and of the mean.

    `scores` are those of baseline and candidate, each (pairs, volumes, classes).

    A class that one run misses has no distance. A mean distance is over the classes that have one
    in both runs, lest the run that misses the hard class seem the better.
    """
    before, after = scores
    found = [
        paired_difference(measure, name, before[..., index], after[..., index], seed)
        for index, name in enumerate(classes)
    ]
    if measure == "hd95":
        undefined = np.isnan(before) | np.isnan(after)
        before, after = (np.where(undefined, np.nan, each) for each in scores)
    return [*found, paired_difference(measure, "mean", _mean(before), _mean(after), seed)]
