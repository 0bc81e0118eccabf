"""Which volumes may be labelled next, and which are labelled already."""

import logging
from dataclasses import dataclass

from dscl_tf.config import Experiment
from dscl_tf.config.splits import Splits
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.text import named

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """The volumes of one question.

    Attributes:
        candidates: ids of those that may be proposed.
        labelled: ids of those with a mask that may train.
    """

    candidates: tuple[str, ...]
    labelled: tuple[str, ...]


def choose_from(config: Experiment, store: SliceStore, *, hide_masks: bool = False) -> Choice:
    """Return the volumes without a mask, and those with one, that may train.

    Volumes of any validation or test list are in neither: labels of these train nothing. Where the
    store lacks some of these lists, a notice names them, since a mistyped id keeps nothing out.

    Args:
        config: its splits have the lists.
        store: holds the volumes.
        hide_masks: take as labelled only the training volumes that `finetune.ntr` and
            `finetune.combination` select, as if all others had no mask.

    Raises:
        DataError: no volume is left to propose, or the store has none of those lists.
        UsageError: `hide_masks`, and there is no such selection.
    """
    kept = held_out(config.splits)
    _check_known(kept, store)
    free = {id: entry for id, entry in store.volumes.items() if id not in kept}
    if hide_masks:
        chosen = config.splits.select(config.finetune.ntr, config.finetune.combination).train
        labelled = tuple(id for id in free if id in chosen)
    else:
        labelled = tuple(id for id, entry in free.items() if entry.labelled)
    candidates = tuple(id for id in free if id not in labelled)
    if not candidates:
        hint = "" if hide_masks else "; to take only the training volumes as labelled: `hide_masks`"
        raise DataError(
            f"{store.directory}: holds no volume to label next, each of {len(store.volumes)} has a "
            f"mask or is in a validation or test list{hint}"
        )
    return Choice(candidates, labelled)


def _check_known(kept: set[str], store: SliceStore) -> None:
    """Check that validation and test lists are of the store's volumes."""
    unknown = sorted(kept - set(store.volumes))
    if not unknown:
        return
    if len(unknown) == len(kept):
        raise DataError(
            f"splits: validation and test lists must name volumes of {store.directory}, "
            f"got {named(unknown)}"
        )
    logger.warning(
        f"{store.directory}: lacks {named(unknown)} of the validation and test lists; if these "
        "ids are mistyped, their volumes may be proposed"
    )


def held_out(splits: Splits) -> set[str]:
    """Return the ids of the volumes in the test list or in any validation list.

    >>> from dscl_tf.config import load_config
    >>> sorted(held_out(load_config("phantom").splits))[:3]
    ['013', '014', '015']
    """
    choices = (choice for named in splits.labelled.values() for choice in named.values())
    return set(splits.test).union(*(choice.validation for choice in choices))
