"""Pseudo-labels of self-training (Bai et al., MICCAI 2017).

They are predicted once, at the start of a round, and kept in the run directory. So a resumed run
has the labels that it had before.
"""

import dataclasses
from collections.abc import Mapping

import numpy as np

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.devices.together import everyone_says, failing_together
from dscl_tf.errors import DataError
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.models import transfer_weights
from dscl_tf.models.mean_teacher import SHARE
from dscl_tf.readers.npy_header import ArrayHeader
from dscl_tf.runs.checkpoint import load_best
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.text import counted


def pseudo_labelled_store(
    run: Run, store: SliceStore, ids: tuple[str, ...], number: int, *, starting: bool
) -> SliceStore:
    """Return the store with the pseudo-labels of round `number` in place of all its masks.

    They are read from `pseudo_labels-NUMBER.npz` of the run (volume id: (depth, H, W) uint8). At
    the start of a round, where there is no such file yet, the best model so far predicts them.

    Args:
        run: the fine-tuning run.
        store: holds the volumes' slices; no mask is read.
        ids: the volumes to label; the masks of all others are background.
        number: the number of the round, from 1.
        starting: whether the round has taken no step yet.

    Raises:
        DataError: the file is missing in the middle of a round, is damaged or is not of `ids`.
    """
    name = f"pseudo_labels-{number}"
    path = run.path / f"{name}.npz"
    missing = not path.is_file()
    everyone_says("looked")  # before the first process writes the file
    with failing_together():
        if starting and missing:
            run.save_arrays(name, predict_labels(run, store, ids))
    masks = np.zeros(store.images.shape[:3], "uint8")  # (slices, H, W)
    shapes = {id: masks[store.volumes[id].slices].shape for id in ids}
    most = len(store.settings["classes"])
    rule = f"uint8 classes up to {most}"

    def fitting(headers: Mapping[str, ArrayHeader]) -> list[str]:
        if shapes != {id: header.shape for id, header in headers.items()}:
            raise DataError(
                f"{path}: must hold a mask for each of {counted(len(ids), 'unlabelled volume')}"
            )
        for id, header in headers.items():
            if header.dtype != masks.dtype:
                raise DataError(f"{path}: must hold {rule}, got {header.dtype} of volume {id}")
        return list(headers)

    for id, array in run.load_arrays(name, fitting).items():
        if array.max() > most:
            raise DataError(f"{path}: must hold {rule}, got {array.max()} of volume {id}")
        masks[store.volumes[id].slices] = array
    return dataclasses.replace(store, masks=masks)


def class_shares(store: SliceStore, ids: tuple[str, ...]) -> Row:
    """Return what share of the pixels of the volumes `ids` is of each class, as columns.

    ::

        class_shares(labelled, ("002", "003"))["pseudo_share_1"]
    """
    masks = np.concatenate([store.masks[store.volumes[id].slices] for id in ids])
    labels = range(1, len(store.settings["classes"]) + 1)
    return {f"{SHARE}{label}": float(np.mean(masks == label)) for label in labels}


def predict_labels(run: Run, store: SliceStore, ids: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the most probable class of every pixel of the volumes by the run's best model.

    Args:
        run: the fine-tuning run; the weights are those of its best.npz.
        store: holds the volumes' slices.
        ids: the volumes.

    Returns:
        (depth, H, W) uint8 labels by volume id.

    Raises:
        DataError: best.npz is missing or damaged, or its weights do not fit.
    """
    network = segmentation_network(run.config)
    best = load_best(run, network)
    transfer_weights(network, best.weights, source=str(run.path / "best.npz"))
    return {
        id: predict_slices(network, store.images[store.volumes[id].slices])
        .argmax(axis=-1)
        .astype("uint8")
        for id in ids
    }
