"""What pre-training contrasts, and which stages run."""

from collections.abc import Sequence

from dscl_tf.data.inspect.alignment import TELLS_APART
from dscl_tf.planning.axis import PARTITIONS, Agreement
from dscl_tf.planning.decision import Decision

LEAST = 2  # partitions


def decide_strategy(
    agreement: Agreement | None, depths: Sequence[int], *, pictures: bool, trainable: bool
) -> list[Decision]:
    """Decide on `stages`, the strategies and the number of partitions.

    G^D and L^R where partitions of different volumes show the same, since G^D pulls these together;
    else G^R, and no local stage.

    Args:
        agreement: how far partitions agree along the slice axis; None where it is not known.
        depths: numbers of slices of the volumes.
        pictures: whether images are pictures, which have no partitions.
        trainable: whether there are masks enough to fine-tune.
    """
    if pictures:
        stages = _stages(local=True, trainable=trainable)
        return [
            Decision("stages", stages, "All, as the paper has it for pictures."),
            Decision("pretrain_global.strategy", "GR", "Pictures have no partitions to compare."),
            Decision("pretrain_local.strategy", "LR", "As above."),
        ]
    aligned = agreement is not None and agreement.times_chance >= TELLS_APART
    stages = _stages(local=aligned, trainable=trainable)
    decisions = [
        Decision("stages", stages, _why_stages(local=aligned, trainable=trainable)),
        Decision("pretrain_global.strategy", "GD" if aligned else "GR", _why(agreement)),
    ]
    shallowest = min(depth for depth in depths if depth >= LEAST)
    partitions = min(PARTITIONS, shallowest)
    few = "; a volume here has no more slices" if partitions < PARTITIONS else ""
    decisions.append(
        Decision("pretrain_global.partitions", partitions, f"The paper's S is 4{few}.")
    )
    if aligned:
        why = "Best of the paper's after G^D, with L^D."
        decisions.append(Decision("pretrain_local.strategy", "LR", why))
    return decisions


def _stages(*, local: bool, trainable: bool) -> list[str]:
    stages = ["pretrain_global"]
    stages += ["pretrain_local"] if local else []
    return stages + (["finetune"] if trainable else [])


def _why_stages(*, local: bool, trainable: bool) -> str:
    parts = []
    if not local:
        parts.append("No local stage: after G^R alone it bought nothing (README, ACDC).")
    if not trainable:
        parts.append("No fine-tuning: it needs a mask to train on, and another to select by.")
    return " ".join(parts) or "All."


def _why(agreement: Agreement | None) -> str:
    if agreement is None:
        return "Too few volumes to measure whether partitions agree."
    told = (
        f"A partition is recognised among those of other volumes in {agreement.retrieval:.0%} of "
        f"the cases, {agreement.times_chance:.1f} times chance"
    )
    if agreement.times_chance >= TELLS_APART:
        return f"{told} ({TELLS_APART:g} is enough): volumes are aligned, which G^D uses."
    return f"{told}; G^D, which relies on alignment, needs {TELLS_APART:g}."
