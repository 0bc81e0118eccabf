"""Network, batch, steps, augmentation and precision, for the machine that will train."""

from typing import Any

from dscl_tf.planning.decision import Decision
from dscl_tf.planning.machine import Machine
from dscl_tf.planning.recipe import MORE_STEPS, with_recipe

VIEWS = 2
ROWS, FINETUNE_ROWS = 40, 20
PAPER_SIDE, PAPER_SIGMA = 192, 5.0
STEPS = {"pretrain_global": 600, "pretrain_local": 400, "finetune": 500}
PAPER_STEPS = 10_000
NARROWEST = 64  # pixels whose feature map, a quarter as wide, holds the paper's regions apart


def decide_schedule(
    machine: Machine,
    grid: tuple[int, int],
    stages: list[str],
    slices: int,
    *,
    grouped: int,
    pictures: bool,
    seed: int,
    spare: int,
) -> list[Decision]:
    """Decide on all that the machine's speed bounds.

    Args:
        machine: what will train.
        grid: pixels of a slice.
        stages: what will run.
        slices: number of slices for pre-training.
        grouped: the least rows of a batch that the strategy takes.
        pictures: whether images are pictures.
        seed: of everything that is random.
        spare: number of unlabelled volumes that no other list holds.
    """
    decisions = [*_network(machine, pictures=pictures)]
    rows = max(grouped, min(ROWS, VIEWS * slices // 4 * 4))
    for stage in stages:
        decisions += _stage(stage, machine, grid, rows, pictures=pictures)
    if "finetune" in stages and spare and not pictures:
        decisions = with_recipe(decisions, spare, more=1 if machine.gpu else MORE_STEPS)
    return [*decisions, *_runtime(machine, seed)]


def _network(machine: Machine, *, pictures: bool) -> list[Decision]:
    decisions = []
    if pictures:
        decisions.append(Decision("model.channels", 3, "RGB."))
    why = "The paper's width: others were not measured to be better."
    decisions.append(Decision("model.filters", [16, 32, 64, 128, 128, 128], why))
    if not machine.gpu:
        why = "In so few steps the paper's 0.99 lags behind the network."
        decisions.append(Decision("model.batch_norm_momentum", 0.9, why))
    return decisions


def _stage(
    stage: str, machine: Machine, grid: tuple[int, int], rows: int, *, pictures: bool
) -> list[Decision]:
    if machine.gpu:
        steps, schedule, why = PAPER_STEPS, "constant", f"The paper's, on {machine.name}."
    else:
        steps, schedule = STEPS[stage], "cosine"
        why = f"Minutes on {machine.name}; the paper's {PAPER_STEPS:,} are for a GPU."
    decisions = [Decision(f"{stage}.steps", steps, why)]
    if stage == "finetune":
        rows = ROWS if machine.gpu else FINETUNE_ROWS
    few = "" if rows in (ROWS, FINETUNE_ROWS) else " There are few slices."
    why = f"Images in a step; two views of each slice in pre-training.{few}"
    decisions.append(Decision(f"{stage}.batch_size", rows, why))
    decisions.append(Decision(f"{stage}.schedule", schedule, "Of the learning rate."))
    return decisions + _details(stage, machine, grid, pictures=pictures)


def _details(
    stage: str, machine: Machine, grid: tuple[int, int], *, pictures: bool
) -> list[Decision]:
    change: dict[str, Any] = {"colour": {}} if pictures else {"intensity": {}}
    key = f"{stage}.augmentation"
    if stage == "finetune":
        sigma = round(PAPER_SIGMA * min(grid) / PAPER_SIDE, 1)
        augmentation: dict[str, Any] = {
            "affine": {},
            "elastic": {"sigma": sigma},
            "intensity": {
                "probability": 0.5,
                "brightness": 0.1,
                "contrast": [0.8, 1.2],
                "clip": None,
            },
        }
        why = f"Elastic shifts of {sigma} pixels are the paper's 5 of {PAPER_SIDE}."
        if pictures:
            augmentation = {
                "crop": [0.5, 1.0],
                "colour": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.05},
            }
            why = "As in the cityscapes configuration."
        loss = "In few steps Dice alone learns little of slices that lack a class."
        return [
            Decision("finetune.loss", "dice_cross_entropy", loss),
            Decision("finetune.validate_every", 100 if machine.gpu else 50, "Steps."),
            Decision(key, augmentation, why),
        ]
    decisions = [Decision(f"{stage}.health_every", 200 if machine.gpu else 50, "Steps.")]
    if stage == "pretrain_local" and min(grid) < NARROWEST:
        why = "On so narrow a grid the paper's 13 regions of 3 x 3 would overlap."
        decisions.append(Decision("pretrain_local.regions", 9, why))
        decisions.append(Decision("pretrain_local.region_size", 2, "As above."))
    if stage == "pretrain_global" and not machine.gpu:
        why = "Large crops: with the paper's 0.52 short training did not begin to learn."
        decisions.append(Decision(key, {"crop": [0.8, 1.0], **change}, why))
    elif pictures:
        crop: dict[str, Any] = {"crop": [0.5, 1.0]} if stage == "pretrain_global" else {}
        decisions.append(Decision(key, {**crop, **change}, "Changes of colour."))
    return decisions


def _runtime(machine: Machine, seed: int) -> list[Decision]:
    why = "The fastest that the machine computes natively, settled when a run is made."
    decisions = [
        Decision("runtime.seed", seed, "Of weights, batches, augmentation and the choice below."),
        Decision("runtime.precision", "auto", why),
    ]
    if not machine.gpu:
        decisions += [
            Decision("runtime.report_every", 25, "Steps."),
            Decision("runtime.checkpoint_every", 100, "Steps."),
        ]
    return decisions
