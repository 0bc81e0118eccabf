"""Pre-training by a pretext task: rotation, inpainting or context restoration."""

import keras

from dscl_tf.data.samplers import PretextBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.health import Monitor, RestorationMonitor, RotationMonitor
from dscl_tf.losses import RestorationLoss
from dscl_tf.models.augmented import AugmentedModel, AugmentedRestoration
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import restoration_network, rotation_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.training import train


def pretrain_pretext(run: Run, store: SliceStore, source: None) -> None:
    """Train the encoder, or encoder and decoder, on the unlabelled volumes; masks are never read.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: None; this stage starts from random weights.

    Raises:
        UsageError: the task is rotation and the grid is not square.
    """
    config = run.config
    settings = config.pretrain_pretext
    height, width = config.data.grid
    if settings.task == "rotation" and height != width:
        raise UsageError(
            f"data.grid: must be square for pretrain_pretext.task rotation, got {[height, width]}"
        )
    ids = config.splits.unlabelled
    check_volumes(ids, store, role="splits.unlabelled", labelled=False)
    batches = PretextBatches(store, ids, settings, config.runtime.seed)
    clip = intensity_clip(settings.augmentation)
    with precision(config.runtime.precision):
        if settings.task == "rotation":
            classifier = AugmentedModel(rotation_network(config), clip)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            objective = Objective(classifier, loss, batches)
            monitor: Monitor = RotationMonitor(classifier.network, batches, settings, clip)
        else:
            restorer = AugmentedRestoration(restoration_network(config), clip)
            objective = Objective(restorer, RestorationLoss(), batches)
            monitor = RestorationMonitor(restorer, batches, settings)
        train(run, settings, one_phase(objective), monitor=monitor)
