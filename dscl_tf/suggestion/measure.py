"""What the networks of runs say of volumes: an embedding of each partition, and the doubt."""

import logging
from collections.abc import Sequence

import numpy as np

from dscl_tf.data.grid import partition_of
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.progress import Progress, tell
from dscl_tf.runs.load import load_encoder, load_network
from dscl_tf.runs.run import Run
from dscl_tf.suggestion.distance import pool_partitions
from dscl_tf.suggestion.uncertainty import doubt_near_foreground

logger = logging.getLogger(__name__)

BATCH = 16


def embed_volumes(run: Run, store: SliceStore, ids: Sequence[str]) -> list[np.ndarray]:
    """Return (P, D) of each volume: the direction of its partitions' mean features.

    A slice is described by the mean over places of the encoder's coarsest features. What the
    projection head g1 returns would not do: it is trained to tell partitions apart and to forget
    what tells volumes of one partition apart, which is asked for here.

    Args:
        run: a finished run of any stage; its configuration gives the number of partitions P.
        store: holds the volumes, prepared as the run's configuration says.
        ids: the volumes.

    Raises:
        DataError: a volume has fewer slices than partitions, or the run's weights are damaged.
    """
    encoder, partitions = load_encoder(run), run.config.slice_partitions
    pooled = []
    for number, id in enumerate(ids, start=1):
        images = _slices(store, id)  # (depth, H, W, channels)
        features = np.concatenate(
            [
                np.asarray(encoder.predict_on_batch(images[first : first + BATCH])).mean((1, 2))
                for first in range(0, len(images), BATCH)
            ]
        )  # (depth, D)
        pooled.append(pool_partitions(features, partition_of(len(images), partitions, id)))
        _tell("embed", number, len(ids))
    return pooled


def doubt_volumes(run: Run, store: SliceStore, ids: Sequence[str]) -> list[float | None]:
    """Return the `doubt_near_foreground` of each volume.

    Args:
        run: a finished fine-tuning run.
        store: holds the volumes, prepared as the run's configuration says.
        ids: the volumes.

    Raises:
        DataError: the run's weights are damaged.
    """
    network = load_network(run)
    doubts = []
    for number, id in enumerate(ids, start=1):
        doubts.append(doubt_near_foreground(predict_slices(network, _slices(store, id))))
        _tell("predict", number, len(ids))
    return doubts


def _slices(store: SliceStore, id: str) -> np.ndarray:
    slices = store.volumes[id].slices
    return np.asarray(store.images[slices.start : slices.stop], np.float32)


def _tell(work: str, number: int, total: int) -> None:
    tell(logger, f"{work}: volume {number}/{total}", Progress(work, number, total, "volumes"), 10)
