"""`dscl-tf pretrain`: pre-training on unlabelled volumes."""

from typing import Any

import click

from dscl_tf.config import PretrainAugmentation, PretrainGlobal, PretrainLocal, PretrainPretext

from .group import Group
from .options import by_config, choices, training_options
from .training import run_training


@click.group(cls=Group)
def command() -> None:
    """Pre-train on the unlabelled volumes."""


@command.command("global")
@click.option(
    "--strategy",
    type=choices(PretrainGlobal, "strategy"),
    help=by_config("Which pairs to contrast."),
)
@training_options
def global_(strategy: str | None, **options: Any) -> None:
    """Pre-train the encoder, contrasting slices."""
    run_training("pretrain_global", strategy=strategy, **options)


@command.command()
@click.option(
    "--strategy",
    type=choices(PretrainLocal, "strategy"),
    help=by_config("Which regions to contrast."),
)
@click.option("--init", default="latest", show_default=True, help="Global run, latest or none.")
@training_options
def local(strategy: str | None, **options: Any) -> None:
    """Pre-train decoder blocks, contrasting regions.

    The encoder is frozen, by default as the newest global run left it.
    """
    run_training("pretrain_local", strategy=strategy, **options)


@command.command()
@click.option(
    "--lambda",
    "lambda_l",
    type=float,
    help=by_config("Weight of the local loss."),
)
@training_options
def joint(**options: Any) -> None:
    """Pre-train encoder and decoder blocks together.

    What each loss does is set in pretrain_global and pretrain_local. Half of a batch goes to each.
    """
    run_training("pretrain_joint", **options)


@command.command()
@click.option(
    "--task",
    type=choices(PretrainPretext, "task"),
    help=by_config("What the network must do."),
)
@training_options
def pretext(task: str | None, **options: Any) -> None:
    """Pre-train by a pretext task, to compare with.

    rotation trains the encoder; inpainting and context-restoration the decoder too.
    """
    run_training("pretrain_pretext", task=task, **options)


@command.command()
@click.option(
    "--kind",
    type=choices(PretrainAugmentation, "kind"),
    help=by_config("What the generator changes."),
)
@click.option("--ntr", help=by_config("Number of labelled training volumes, or all."))
@click.option(
    "--combination",
    help=by_config("Which of the splits' combinations of volumes, such as c1."),
)
@training_options
def augmentation(
    kind: str | None, ntr: str | None, combination: str | None, **options: Any
) -> None:
    """Train a generator of augmentations, to compare with.

    It also learns from the labelled volumes. finetune --generators trains on its samples.
    """
    run_training(
        "pretrain_augmentation",
        kind=kind,
        others={"finetune__ntr": ntr, "finetune__combination": combination},
        **options,
    )
