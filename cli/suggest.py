"""`dscl-tf suggest`: which volume to label next."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    experiment_option,
    json_option,
    path_option,
    printing_options,
    run_option,
    runs_option,
    set_option,
    splits_option,
)
from .quiet import import_tensorflow

if TYPE_CHECKING:
    from dscl_tf.suggestion.sources import By

logger = logging.getLogger(__name__)


@click.command()
@run_option
@experiment_option
@set_option
@path_option("--store", "Slice store.  [default: the run's]")
@splits_option
@runs_option
@click.option(
    "--by",
    type=click.Choice(["distance", "uncertainty", "both"]),
    help="distance: the least like those labelled; uncertainty: where a fine-tuned run doubts "
    "most; both: the mean of the two ranks.  [default: both, of a pre-trained run distance]",
)
@click.option(
    "--count", type=click.IntRange(min=1), default=5, show_default=True, help="How many volumes."
)
@click.option(
    "--hide-masks",
    is_flag=True,
    help="Take as labelled only the training volumes of finetune.ntr and finetune.combination: to "
    "try this on a data set whose masks are all known.",
)
@printing_options
@json_option
def command(
    run: str,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    splits: Path | None,
    runs: Path,
    by: "By | None",
    count: int,
    hide_masks: bool,
    as_json: bool,
) -> None:
    """Say which volumes to label next, and why.

    Of the volumes in the store that have no mask and are in no validation or test list. The lists
    are those of the run; --splits, or --set of splits, finetune.ntr and finetune.combination, name
    others.
    """
    from dscl_tf.config.files import load_config
    from dscl_tf.data.store.slice_store import SliceStore
    from dscl_tf.suggestion.candidates import choose_from
    from dscl_tf.suggestion.sources import check_store, find_sources

    from .finetuned import run_config

    experiment = load_config(config).name if config else None
    sources = find_sources(runs, run, by, experiment)
    lists = run_config(sources.run, overrides, splits)
    opened = SliceStore.open(store or sources.run.entry("store"))
    check_store(sources.run, opened)
    choice = choose_from(lists, opened, hide_masks=hide_masks)
    asked = dict.fromkeys(str(one.path) for one in (sources.encoder, sources.network) if one)
    logger.info(
        f"using {' and '.join(asked)} on {opened.directory}: {len(choice.candidates)} volumes to "
        f"choose from, {len(choice.labelled)} labelled ones that may train"
    )
    import_tensorflow()
    from dscl_tf.suggestion.ranking import suggestion_table
    from dscl_tf.suggestion.suggest import suggest

    suggestions = suggest(sources, lists, opened, hide_masks=hide_masks)[:count]
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in suggestions], indent=2))
    else:
        click.echo(suggestion_table(suggestions))
