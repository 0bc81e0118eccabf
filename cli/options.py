"""Options that commands share, and how they make a configuration."""

import json
import logging
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import BaseModel

from dscl_tf.config import Experiment, recipe_names
from dscl_tf.config.files import load_config, read_splits, replace

from .messages import print_from

logger = logging.getLogger(__name__)

DEFAULT_CONFIG = "phantom"

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def path_option(name: str, help_text: str, default: str | None = None) -> Decorator:
    """Return an option that takes a path."""
    return click.option(
        name, type=click.Path(path_type=Path), default=default, show_default=True, help=help_text
    )


def by_config(help_text: str) -> str:
    """Return the help of an option whose default is in the configuration.

    >>> by_config("Training steps.")
    "Training steps.  [default: the configuration's]"
    """
    return f"{help_text}  [default: the configuration's]"


def choices(section: type[BaseModel], key: str) -> click.Choice:
    """Return an option's type that takes what a key of the configuration takes.

    >>> from dscl_tf.config import PretrainLocal
    >>> list(choices(PretrainLocal, "strategy").choices)
    ['LR', 'LD']

    Args:
        section: the section of the configuration.
        key: one of its fields, a `Literal` of strings.
    """
    return click.Choice(get_args(section.model_fields[key].annotation))


config_option = click.option(
    "--config",
    help="YAML file, or the name of a shipped one such as acdc.  [default: phantom]",
)
experiment_option = click.option(
    "--config",
    help="The experiment whose latest run is meant: a YAML file, or a shipped name.  "
    "[default: any]",
)
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a configuration key."
)
store_option = path_option("--store", "Slice store.  [default: stores/NAME of the experiment]")
splits_option = path_option(
    "--splits",
    by_config("YAML lists unlabelled, train, validation, test of volume ids."),
)
runs_option = path_option("--runs", "Directory that holds the runs.", "runs")
recipe_option = click.option(
    "--recipe",
    type=click.Choice(recipe_names()),
    help="Fine-tune by this recipe: best, which is not the paper's and needs unlabelled volumes "
    "besides; or paper.  [default: the configuration's settings]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
run_option = click.option(
    "--run", default="latest", show_default=True, help="A run's name or path, or latest."
)


def _print_from(
    context: click.Context, parameter: click.Parameter, given: bool, level: int
) -> None:
    """Let the command print more or less, as --quiet or --verbose says."""
    if not given:
        return
    other = context.meta.setdefault("dscl_tf.printing", parameter.name)
    if other != parameter.name:
        raise click.UsageError("--quiet: must not be given together with --verbose")
    print_from(level)


def printing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --quiet and --verbose."""
    for name, level, help_text in (
        ("verbose", logging.DEBUG, "Tell more of what happens; on a terminal, line by line too."),
        ("quiet", logging.WARNING, "Print the result and warnings alone, no progress."),
    ):
        command = click.option(
            f"--{name}",
            is_flag=True,
            expose_value=False,
            callback=partial(_print_from, level=level),
            help=help_text,
        )(command)
    return command


def averaging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that predict: several runs and views, uncertainty, islands."""
    for option in reversed(
        (
            click.option(
                "--run",
                "choices",
                multiple=True,
                default=["latest"],
                show_default=True,
                metavar="RUN",
                help="A run's name or path, or latest. May be repeated: an ensemble, whose class "
                "probabilities are averaged.",
            ),
            click.option(
                "--flip",
                "flips",
                multiple=True,
                type=click.Choice(["rows", "columns", "both"]),
                help="Average with slices whose rows, columns or both are reversed, which may "
                "exchange left and right: of use only if the network was trained with it. May be "
                "repeated.",
            ),
            click.option(
                "--rotate",
                "rotations",
                multiple=True,
                type=float,
                metavar="DEGREES",
                help="Average with slices turned by so much, both ways (at most 45). May be "
                "repeated; with --flip, every flip is turned.",
            ),
            click.option(
                "--uncertainty",
                is_flag=True,
                help="Also write NAME_uncertainty beside each mask: per voxel the entropy of the "
                "averaged class probabilities over that of equal ones, 0 to 1.",
            ),
            click.option(
                "--components/--no-components",
                default=True,
                help="Remove islands from the masks by the rules that fine-tuning chose on the "
                "validation volumes (finetune.components).  [default: if the run has such rules]",
            ),
        )
    ):
        command = option(command)
    return command


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every training command."""
    for option in reversed(
        (
            config_option,
            set_option,
            store_option,
            splits_option,
            runs_option,
            click.option("--name", help="The run's name.  [default: made from stage and time]"),
            click.option("--steps", type=int, help=by_config("Training steps.")),
            click.option(
                "--batch-size",
                type=int,
                help=by_config("Images through the network per step."),
            ),
            click.option(
                "--seed",
                type=int,
                help=by_config("Seed of weights, batches and augmentation."),
            ),
            click.option(
                "--resume",
                is_flag=True,
                help="Continue the newest unfinished run, or --name; without --config, by the "
                "run's own.",
            ),
            printing_options,
            click.option(
                "--coordinator",
                metavar="HOST:PORT",
                help="Train together with other processes: where process 0 waits for them; auto "
                "asks SLURM.  [default: none]",
            ),
            click.option(
                "--processes", type=int, help="How many processes train together.  [default: 1]"
            ),
            click.option(
                "--process-id", type=int, help="Which of them this is, from 0.  [default: 0]"
            ),
            json_option,
        )
    ):
        command = option(command)
    return command


def resolve_config(
    config: str | None,
    overrides: tuple[str, ...] = (),
    splits: Path | None = None,
    recipe: str | None = None,
    **changes: Any,
) -> Experiment:
    """Return the configuration that the options describe.

    Args:
        config: `--config`; None is the phantom, and the command says so.
        overrides: `--set`, applied after the recipe and before the rest.
        splits: `--splits`.
        recipe: `--recipe`.
        changes: values by key, dots written as double underscores; None changes nothing, and {}
            switches on a section that is off.
    """
    if config is None:
        logger.info(f"no --config given: using the built-in {DEFAULT_CONFIG} experiment")
    assigned = read_splits(splits) if splits else {}
    origins = dict.fromkeys(assigned, str(splits))
    given = {key.replace("__", "."): value for key, value in changes.items() if value is not None}
    arguments = {path: f"`{path.rpartition('.')[2]}`" for path in given}
    values = {path: value for path, value in given.items() if value != {}}
    origins |= {path: arguments[path] for path in values}
    assigned |= values
    # As overrides, so that all of them are in place before any rule is checked.
    assignments = [f"{path}={json.dumps(value)}" for path, value in assigned.items()]
    source = config or DEFAULT_CONFIG
    experiment = load_config(source, [*overrides, *assignments], recipe, origins=origins)
    wanted = [path for path in given if path not in values]
    off: dict[str, Any] = {path: {} for path in wanted if attrgetter(path)(experiment) is None}
    if not off:
        return experiment
    origins = {override.partition("=")[0]: "`overrides`" for override in overrides} | origins
    return replace(experiment, off, origins=origins | {path: arguments[path] for path in off})


def store_path(store: Path | None, config: Experiment) -> Path:
    """Return `--store`, or the experiment's default place."""
    return store or Path("stores") / config.name
