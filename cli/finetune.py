"""`dscl-tf finetune`: train the segmentation network on few labelled volumes."""

from typing import Any

import click

from dscl_tf.cli.options import training_options
from dscl_tf.cli.training import run_training


@click.command()
@click.option("--ntr", help="Number of labelled training volumes, or all.")
@click.option("--combination", help="Which of the splits' combinations of volumes, such as c1.")
@click.option("--init", help="Pre-training run, latest or none.  [default: latest if there is one]")
@click.option("--mixup", is_flag=True, help="Mix pairs of images and masks (Zhang et al. 2018).")
@click.option(
    "--generators",
    multiple=True,
    metavar="RUN",
    help="Run of pretrain augmentation whose samples to train on; once for each kind.",
)
@training_options
def command(ntr: str | None, mixup: bool, **options: Any) -> None:
    """Fine-tune the whole U-Net on few labels.

    The weights that score best on the validation volumes are kept.
    """
    run_training("finetune", ntr=ntr, mixup={} if mixup else None, **options)
