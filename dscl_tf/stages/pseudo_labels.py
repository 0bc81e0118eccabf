"""Pseudo-labels of self-training (Bai et al., MICCAI 2017).

They are predicted once, at the start of a round, and kept in the run directory. So a resumed run
has the labels that it had before.
"""

import dataclasses

import numpy as np

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.devices.together import everyone_says, failing_together
from dscl_tf.errors import DataError
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.models import transfer_weights
from dscl_tf.runs.checkpoint import load_best
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run


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
    labels = run.load_arrays(name)
    masks = np.zeros(store.images.shape[:3], "uint8")  # (slices, H, W)
    shapes = {id: masks[store.volumes[id].slices].shape for id in ids}
    if shapes != {id: array.shape for id, array in labels.items()}:
        raise DataError(f"{path}: must hold a mask for each of {len(ids)} unlabelled volumes")
    for id, array in labels.items():
        if array.dtype != masks.dtype or array.max() > len(store.settings["classes"]):
            raise DataError(
                f"{path}: must hold uint8 classes up to {len(store.settings['classes'])}, "
                f"got {array.dtype} up to {array.max()} of volume {id}"
            )
        masks[store.volumes[id].slices] = array
    return dataclasses.replace(store, masks=masks)


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
    transfer_weights(network, load_best(run).weights, source=str(run.path / "best.npz"))
    return {
        id: predict_slices(network, store.images[store.volumes[id].slices])
        .argmax(axis=-1)
        .astype("uint8")
        for id in ids
    }
