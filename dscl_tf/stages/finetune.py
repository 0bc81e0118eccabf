"""Fine-tuning of the whole U-Net on the few labelled volumes (supplement 1.2)."""

import keras
import numpy as np

from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.evaluation.metrics import dice
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.transfer import initialise
from dscl_tf.stages.extensions import Extensions
from dscl_tf.stages.mean_teacher import TeacherPhases
from dscl_tf.stages.recorder import Validation
from dscl_tf.stages.registry import STAGES
from dscl_tf.stages.segmentation_loss import segmentation_loss
from dscl_tf.stages.training import train


def finetune(run: Run, store: SliceStore, source: Run | None) -> None:
    """Train encoder and decoder; keep the weights with the highest validation Dice.

    Self-training and adversarial training are added where the configuration switches them on;
    generators augment the labelled volumes where run.json names their runs.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the labelled volumes and the validation volumes.
        source: the pre-training run to start from, or None for random weights.
    """
    config = run.config
    settings = config.finetune
    volumes = config.splits.select(settings.ntr, settings.combination)
    where = f"splits.labelled.{settings.ntr}.{settings.combination}"
    for role, ids in (("train", volumes.train), ("validation", volumes.validation)):
        check_volumes(ids, store, role=f"{where}.{role}", labelled=True, partitions=None)
    if not any(store.masks[store.volumes[id].slices].any() for id in volumes.validation):
        raise DataError(f"{where}.validation volumes: must show a class, all masks are background")
    with precision(config.runtime.precision):
        network = segmentation_network(config)
        if source:
            blocks = STAGES[source.stage].transferred_blocks(source.config)
            initialise(network, source, config.model, decoder_blocks=blocks)
        kind = TeacherPhases if settings.teacher else Extensions
        extensions = kind(run, store, volumes, network, segmentation_loss(settings))
        train(
            run,
            settings,
            extensions.phases(),
            optimizer=extensions.optimizer(),
            validation=Validation(
                lambda trained: grid_dice(trained, store, volumes.validation),
                settings.validate_every,
            ),
        )


def grid_dice(network: keras.Model, store: SliceStore, ids: tuple[str, ...]) -> float:
    """Return the mean foreground Dice over classes and volumes, on the training grid.

    A class that a volume lacks and the prediction lacks too is left out.

    Args:
        network: images (slices, H, W, channels) -> logits (slices, H, W, classes).
        store: holds the volumes.
        ids: the volumes.

    Returns:
        the mean in [0, 1]; NaN if neither the volumes nor the predictions have a class.
    """
    scores = []
    for volume_id in ids:
        slices = store.volumes[volume_id].slices
        images = np.asarray(store.images[slices.start : slices.stop])  # (depth, H, W, channels)
        reference = np.asarray(store.masks[slices.start : slices.stop])  # (depth, H, W)
        prediction = predict_slices(network, images).argmax(axis=-1)
        labels = range(1, network.output_shape[-1])
        scores += [dice(prediction == label, reference == label) for label in labels]
    return float(np.nanmean(scores))
