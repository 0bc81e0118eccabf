"""Finding the fine-tuned run that a command works with."""

from pathlib import Path

from dscl_tf.cli.options import progress
from dscl_tf.config import Experiment
from dscl_tf.config_files import load_config, read_splits, replace
from dscl_tf.stages.run_directory import Run, find_run


def find_finetuned(runs: Path, choice: str, config: str | None) -> Run:
    """Return the run that `--run` names; latest is limited to the experiment of `--config`."""
    name = load_config(config).name if config else None

    def fits(run: Run) -> bool:
        return run.finished and run.stage == "finetune" and name in (None, run.experiment)

    wanted = "finished finetune run" + (f" of experiment {name}" if name else "")
    run = find_run(runs, choice, fits, wanted)
    progress(f"using {run.path}")
    return run


def run_config(
    run: Run, config: str | None, overrides: tuple[str, ...], splits: Path | None
) -> Experiment:
    """Return the configuration of `--config`, else the run's, with the other options applied."""
    experiment = load_config(config or run.path / "config.yaml", overrides)
    return replace(experiment, read_splits(splits)) if splits else experiment
