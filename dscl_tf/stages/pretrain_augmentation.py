"""Training a generator of augmentations (Chaitanya et al., IPMI 2019)."""

import keras

from dscl_tf.data.samplers import GeneratorTrainingBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.losses import ChangeLoss
from dscl_tf.models.learned_augmentation import AdversarialAugmentation
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import adversarial_networks
from dscl_tf.runs.run import Run
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.segmentation_loss import segmentation_loss
from dscl_tf.stages.training import train


def pretrain_augmentation(run: Run, store: SliceStore, source: None) -> None:
    """Train a generator on the labelled volumes of `finetune` and on unlabelled ones.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the labelled volumes and the volumes `splits.unlabelled`, whose masks are not
            read.
        source: None; this stage starts from random weights.
    """
    config = run.config
    settings, finetune = config.pretrain_augmentation, config.finetune
    labelled = config.splits.select(finetune.ntr, finetune.combination).train
    unlabelled = config.splits.unlabelled
    where = f"splits.labelled.{finetune.ntr}.{finetune.combination}"
    check_volumes(labelled, store, role=f"{where}.train", labelled=True)
    check_volumes(unlabelled, store, role="splits.unlabelled", labelled=False)
    batches = GeneratorTrainingBatches(store, labelled, unlabelled, settings, config.runtime.seed)
    with precision(config.runtime.precision):
        model = AdversarialAugmentation(
            adversarial_networks(config), settings.kind, intensity_clip(settings.augmentation)
        )
        verdict = keras.losses.BinaryCrossentropy(from_logits=True)
        losses = {
            "segmentation": segmentation_loss(finetune),
            "adversarial": verdict,
            "discriminator": verdict,
            "change": ChangeLoss(),
        }
        weights = {
            "segmentation": 1.0,
            "adversarial": settings.adversarial_weight,
            "discriminator": 1.0,
            "change": settings.change_weight,
        }
        train(run, settings, one_phase(Objective(model, losses, batches, weights)))
