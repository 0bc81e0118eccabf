"""Runs whose predictions are averaged, an ensemble (Lakshminarayanan et al., NeurIPS 2017)."""

from collections.abc import Collection, Sequence

import keras

from dscl_tf.config.differences import differences
from dscl_tf.data.store import settings_of
from dscl_tf.errors import UsageError
from dscl_tf.runs.load import load_network
from dscl_tf.runs.run import Run


def load_networks(runs: Sequence[Run]) -> list[keras.Model]:
    """Return the networks of finished fine-tuning runs; see `load_network`."""
    return [load_network(run) for run in runs]


def check_ensemble(runs: Sequence[Run]) -> None:
    """Check that runs differ and see data alike; how they were trained is free.

    Raises:
        UsageError: a run is named twice, or two do not agree on `data`.
    """
    paths = [run.path.resolve() for run in runs]
    for run, path in zip(runs, paths, strict=True):
        if paths.count(path) > 1:
            raise UsageError(f"`runs`: must name different runs, got {run.path} twice")
    first = runs[0]
    for other in runs[1:]:
        mine, theirs = (settings_of(run.config.data) for run in (first, other))
        if differing := differences(mine, theirs, "data."):
            values = "; ".join(f"{key} {one} and {two}" for key, one, two in differing)
            raise UsageError(
                f"`runs`: {first.path} and {other.path} must agree on how data is prepared, "
                f"got {values}"
            )


def check_not_trained_on(ids: Collection[str], runs: Sequence[Run], role: str) -> None:
    """Check that no member of an ensemble was fine-tuned on a volume that it is evaluated on.

    Nor validated on one: that chose its weights. A run's own splits keep these apart; those of
    another member need not be the same. Unlabelled volumes of pre-training are not looked at. Of a
    single run nothing is checked: `--splits` may name any volumes.

    Raises:
        UsageError: a member was; the message names the volumes and `role`, what they serve as.
    """
    for run in runs if len(runs) > 1 else ():
        settings = run.config.finetune
        chosen = run.config.splits.select(settings.ntr, settings.combination)
        if common := sorted(set(ids) & {*chosen.train, *chosen.validation}):
            raise UsageError(
                f"{role}: must not hold volumes that a run of the ensemble was fine-tuned on, "
                f"got {', '.join(common)} of {run.path}"
            )
