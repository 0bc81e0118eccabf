"""`dscl-tf finetune`: train the segmentation network on few labelled volumes."""

from typing import Any

import click

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.config.finetuning import KINDS
from dscl_tf.errors import UsageError

from .options import by_config, recipe_option, training_options
from .training import run_training


@click.command()
@click.option("--ntr", help=by_config("Number of labelled training volumes, or all."))
@click.option(
    "--combination",
    help=by_config("Which of the splits' combinations of volumes, such as c1."),
)
@click.option("--init", help="Pre-training run, latest or none.  [default: latest if there is one]")
@recipe_option
@click.option("--mixup", is_flag=True, help="Mix pairs of images and masks (Zhang et al. 2018).")
@click.option("--self-train", is_flag=True, help="Learn from pseudo-labels (Bai et al. 2017).")
@click.option(
    "--pseudo-contrast",
    is_flag=True,
    help="Contrast pixels by label, too: needs --self-train or --teacher.",
)
@click.option("--adversarial", is_flag=True, help="Fool a discriminator (Zhang et al. 2017).")
@click.option("--teacher", is_flag=True, help="Learn from a mean teacher, with copy-paste.")
@click.option(
    "--augment",
    multiple=True,
    metavar="KINDS",
    help=f"Only these of {', '.join(KINDS)}, or none; commas or repeated.",
)
@click.option(
    "--generators",
    multiple=True,
    metavar="RUN",
    help="Run of pretrain augmentation whose samples to train on; once for each kind.",
)
@training_options
def command(
    ntr: str | None,
    mixup: bool,
    self_train: bool,
    pseudo_contrast: bool,
    adversarial: bool,
    teacher: bool,
    augment: tuple[str, ...],
    **options: Any,
) -> None:
    """Fine-tune the whole U-Net on few labels.

    The weights that score best on the validation volumes are kept.
    """

    def select(config: Experiment) -> Experiment:
        if not augment:
            return config
        chosen = config.finetune.with_augmentation(augmentation_kinds(augment))
        return replace(config, {"finetune.augmentation": chosen.model_dump(mode="json")})

    run_training(
        "finetune",
        ntr=ntr,
        mixup={} if mixup else None,
        self_training={} if self_train else None,
        pseudo_contrast={} if pseudo_contrast else None,
        adversarial={} if adversarial else None,
        teacher={} if teacher else None,
        adjust=select,
        **options,
    )


def augmentation_kinds(values: tuple[str, ...]) -> list[str]:
    """Return the kinds that `--augment` names.

    Raises:
        UsageError: a kind is unknown, or none stands beside another.
    """
    kinds = [kind for value in values for kind in value.split(",")]
    if unknown := [kind for kind in kinds if kind not in (*KINDS, "none")]:
        raise UsageError(f"--augment: must be none or of {', '.join(KINDS)}, got {unknown[0]!r}")
    if "none" in kinds and len(kinds) > 1:
        raise UsageError(f"--augment: none must stand alone, got {','.join(kinds)}")
    return [kind for kind in kinds if kind != "none"]
