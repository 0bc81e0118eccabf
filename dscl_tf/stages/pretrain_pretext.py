"""Pre-training by a pretext task: rotation, inpainting or context restoration."""

import keras

from dscl_tf.data.samplers import PretextBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.health import RestorationProbe, RotationProbe
from dscl_tf.losses import RestorationLoss
from dscl_tf.models import restoration_network, rotation_network
from dscl_tf.models.augmented import AugmentedModel, AugmentedRestoration
from dscl_tf.runs.run import Run
from dscl_tf.stages.training import intensity_clip, precision, train


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
            probe = RotationProbe(classifier.network, batches, settings, clip)
            train(classifier, loss, batches, run, settings, health=probe)
        else:
            restorer = AugmentedRestoration(restoration_network(config), clip)
            watch = RestorationProbe(restorer, batches, settings)
            train(restorer, RestorationLoss(), batches, run, settings, health=watch)
