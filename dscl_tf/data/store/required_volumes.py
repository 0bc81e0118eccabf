"""Whether a store holds the volumes that a stage requires."""

from collections import Counter
from collections.abc import Sequence

from dscl_tf.data.grid import partition_of
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.text import meant, named


def check_volumes(
    ids: Sequence[str],
    store: SliceStore,
    *,
    role: str,
    labelled: bool,
    partitions: int | None = None,
) -> None:
    """Check that a store holds the volumes of one part of a split, with what is asked of them.

    Args:
        ids: volume ids.
        store: the slice store.
        role: what the volumes are for, for the message, such as "test" or "labelled.1.c1.train".
        labelled: whether each must have a mask.
        partitions: if given, each must have at least as many slices.

    Raises:
        DataError: `ids` is empty or repeats an id, the store lacks volumes, masks or slices, or a
            mask holds another class than those of the store; the message names them.

    >>> import tempfile
    >>> from dscl_tf.data.store import phantom_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=1)
    ...     check_volumes(["001"], store, role="test", labelled=True, partitions=4)
    """
    if not ids:
        raise DataError(f"{role} volumes: must name at least one volume, got none")
    if repeated := sorted(id for id, count in Counter(ids).items() if count > 1):
        raise DataError(f"{role} volumes: must name each volume once, got twice {named(repeated)}")
    if missing := [id for id in ids if id not in store.volumes]:
        raise DataError(
            f"{role} volumes: not in the store {store.directory}: {named(missing)}"
            f"{_meant(missing[0], store)}"
        )
    unlabelled = [id for id in ids if not store.volumes[id].labelled]
    if labelled and unlabelled:
        raise DataError(
            f"{role} volumes: must have masks, the store {store.directory} holds none for "
            f"{named(unlabelled)}"
        )
    if labelled:
        _check_classes(ids, store)
    if partitions is not None:
        for id in ids:
            partition_of(store.volumes[id].depth, partitions, id)


def _meant(id: str, store: SliceStore) -> str:
    """Return the volume that an id may stand for: another case, other zeros, or one like it."""
    plain = {known.casefold().lstrip("0"): known for known in store.volumes}
    if known := plain.get(id.casefold().lstrip("0")):
        return f"; did you mean {known} for {id}?"
    return meant(id, store.volumes)


def _check_classes(ids: Sequence[str], store: SliceStore) -> None:
    """Check the classes of just these volumes' masks: a store may be larger than memory."""
    most = len(store.settings["classes"])
    for id in ids:
        slices = store.volumes[id].slices
        highest = int(store.masks[slices.start : slices.stop].max())
        if highest > most:
            raise DataError(
                f"{store.directory}: the mask of volume {id} must hold classes up to {most}, "
                f"got {highest}; prepare the store again"
            )
