"""What can be told before a stage works: labels missing or cut, steps that see too little."""

import logging
from collections.abc import Sequence

from dscl_tf.config import Experiment
from dscl_tf.data.inspect.window import loss_summary, window_losses
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.stages.registry import STAGES
from dscl_tf.text import counted, named

logger = logging.getLogger(__name__)


def warn_of_outlook(stage: str, config: Experiment, store: SliceStore) -> None:
    """Log what will spoil a stage, or the fine-tuning after it, before time is spent.

    Args:
        stage: its name in the registry.
        config: the resolved configuration.
        store: the slice store.
    """
    for line in (*missing_masks(stage, config, store), *cut_labels(config, store)):
        logger.warning(line)
    if line := passes(stage, config, store):
        logger.warning(line)


def missing_masks(stage: str, config: Experiment, store: SliceStore) -> list[str]:
    """Say which volumes that fine-tuning will need have no mask; its own stages refuse them."""
    if STAGES[stage].labelled:
        return []
    return [
        f"no-mask: fine-tuning will refuse {part} volumes without a mask: {named(lacking)}"
        for part, ids in _chosen(config).items()
        if (lacking := [id for id in ids if id in store.volumes and not store.volumes[id].labelled])
    ]


def cut_labels(config: Experiment, store: SliceStore) -> list[str]:
    """Say what the training grid cuts off the labels of the volumes that train and validate."""
    chosen = {id for ids in _chosen(config).values() for id in ids}
    losses = [each for each in window_losses(store, config.grid_multiple) if each.volume in chosen]
    summary = loss_summary(losses, config.data.spacing, config.data.grid) if losses else ""
    return [f"cropped: the training grid cuts labels: {summary}"] if losses else []


def passes(stage: str, config: Experiment, store: SliceStore) -> str:
    """Say that a stage ends before it has seen each of its slices once, "" where it does not."""
    declared, settings = STAGES[stage], STAGES[stage].settings(config)
    ids: Sequence[str] = config.splits.unlabelled
    if declared.labelled:
        ids = _chosen(config).get("train", ())
    slices = sum(store.volumes[id].depth for id in ids if id in store.volumes)
    views = 2 if stage in ("pretrain_global", "pretrain_local", "pretrain_joint") else 1
    seen = settings.steps * settings.batch_size // views
    if seen >= slices:
        return ""
    needed = -(-slices * views // settings.batch_size)
    return (
        f"{stage}.steps: {counted(settings.steps, 'step')} will see {seen} of the "
        f"{counted(slices, 'slice')} of {counted(len(ids), 'volume')}; once through all takes "
        f"{needed}"
    )


def _chosen(config: Experiment) -> dict[str, Sequence[str]]:
    """Return the volumes that train and validate fine-tuning, none where the splits name none."""
    try:
        choice = config.splits.select(config.finetune.ntr, config.finetune.combination)
    except UsageError:
        return {}
    return {"train": choice.train, "validation": choice.validation}
