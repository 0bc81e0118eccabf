"""`dscl-tf run`: all steps of an experiment in a row."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    by_config,
    json_option,
    path_option,
    printing_options,
    recipe_option,
    resolve_config,
    runs_option,
    set_option,
    splits_option,
    store_option,
    store_path,
)
from .quiet import import_tensorflow

if TYPE_CHECKING:
    from dscl_tf.workflow import WorkflowResult


@click.command()
@click.option("--config", required=True, help="YAML file, or the name of a shipped one.")
@set_option
@path_option("--source", "Folder of the data set.  [default: the configuration's data.source]")
@store_option
@splits_option
@recipe_option
@runs_option
@click.option(
    "--name", help="Folder in --runs for all that is made.  [default: the configuration's name]"
)
@click.option(
    "--seed",
    type=int,
    help=by_config("Seed of weights, batches and augmentation."),
)
@click.option(
    "--until",
    metavar="STEP",
    help="Stop after this step: prepare, inspect, pretrain_global, ..., finetune, evaluate, "
    "export, masks.  [default: the last]",
)
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    metavar="N",
    help="Choose the training volumes anew N times, fine-tune and evaluate with each.  "
    "[default: once, those of the configuration]",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Volumes at a time.  [default: the usable CPUs]"
)
@click.option("--skip-bad", is_flag=True, help="Leave out volumes that break a rule; list them.")
@printing_options
@json_option
def command(
    config: str,
    overrides: tuple[str, ...],
    source: Path | None,
    store: Path | None,
    splits: Path | None,
    recipe: str | None,
    runs: Path,
    name: str | None,
    seed: int | None,
    until: str | None,
    folds: int | None,
    jobs: int | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Take all steps from volumes to masks.

    Prepares and inspects the volumes, pre-trains and fine-tunes as the configuration says (its key
    stages), evaluates the test volumes that have masks (or else the validation volumes), exports
    the model, and predicts masks for the volumes that have none. Without labelled volumes it only
    pre-trains.

    With --folds the volumes with masks take turns in training, and the result says how much Dice
    depends on that choice. All folds share one pre-training.

    Stopped at any point, the same command goes on where it was.
    """
    experiment = resolve_config(config, overrides, splits, recipe, runtime__seed=seed)
    from dscl_tf.data.store import usable_cpus
    from dscl_tf.workflow import Sources, run_workflow
    from dscl_tf.workflow.homes import named_home

    place = store_path(store, experiment)
    sources = Sources(place, source, jobs or usable_cpus(), skip_bad)
    home = named_home(runs, name or experiment.name)
    if folds is not None:
        if until is not None:
            raise click.UsageError("--folds: must not be given together with --until")
        from dscl_tf.workflow.folds import run_folds

        repeated = run_folds(experiment, sources, home, folds, before_training=import_tensorflow)
        lines = f"{repeated.table()}\nall numbers: {home / 'folds.json'}"
        click.echo(json.dumps(repeated.to_dict(), indent=2) if as_json else lines)
        return
    result = run_workflow(experiment, sources, home, until=until, before_training=import_tensorflow)
    click.echo(json.dumps(asdict(result), default=str) if as_json else summary(result))


def summary(result: "WorkflowResult") -> str:
    """Return where the results are, as lines for a person."""
    lines = [f"{result.home} after {result.minutes:.1f} minutes"]
    if result.dice is not None:
        lines.append(f"{result.split} Dice {result.dice:.3f}")
    for title, path in (
        ("report", result.report),
        ("masks", result.masks),
        ("SavedModel", result.saved_model),
        ("run", result.run),
    ):
        if path:
            lines.append(f"{title}: {path}")
    if result.run:
        lines.append(f"next: dscl-tf predict INPUT... --run {result.run} --output DIR")
    elif result.encoder:
        lines += [
            f"encoder: {result.encoder}",
            f'next: in Python, dscl_tf.load_encoder("{result.encoder}")',
        ]
    return "\n".join(lines)
