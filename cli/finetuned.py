"""Finding the fine-tuned run that a command works with."""

import logging
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, read_splits, replace
from dscl_tf.errors import UsageError
from dscl_tf.runs.find import find_finished
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

VOLUMES = ("splits", "finetune.ntr", "finetune.combination")  # what evaluate may be told


def find_finetuned(runs: Path, choice: str, config: str | None) -> Run:
    """Return the run that `--run` names; latest is limited to the experiment of `--config`.

    Raises:
        DataError: there is no such run, it is not finished or it is of another stage.
    """
    experiment = load_config(config).name if config else None
    run = find_finished(runs, choice, ["finetune"], argument="run", experiment=experiment)
    logger.info(f"using {run.path}")
    return run


def run_config(run: Run, overrides: tuple[str, ...], splits: Path | None) -> Experiment:
    """Return the run's configuration, with other volumes where `--set` or `--splits` say so.

    Raises:
        UsageError: an override is of something else, which is settled by the run.
    """
    for override in overrides:
        key = override.partition("=")[0]
        if key not in VOLUMES and not key.startswith("splits."):
            raise UsageError(
                f"--set: must choose volumes by {', '.join(VOLUMES)}, all else is as the run has "
                f"it, got {override}"
            )
    experiment = load_config(run.path / "config.yaml", overrides)
    if not splits:
        return experiment
    changes = read_splits(splits)
    return replace(experiment, changes, origins=dict.fromkeys(changes, str(splits)))
