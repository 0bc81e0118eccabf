"""Global contrastive pre-training of the encoder (paper section 3.1)."""

from dscl_tf.data.samplers import GlobalBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.health import SliceMonitor
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import slice_embedding_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.global_objective import global_loss
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.training import train


def pretrain_global(run: Run, store: SliceStore, source: None) -> None:
    """Train encoder and g1 on the unlabelled volumes; masks are never read.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: None; this stage starts from random weights.
    """
    config = run.config
    settings = config.pretrain_global
    ids = config.splits.unlabelled
    partitions = config.slice_partitions
    check_volumes(ids, store, role="splits.unlabelled", labelled=False, partitions=partitions)
    batches = GlobalBatches(
        store,
        ids,
        settings,
        config.runtime.seed,
        partitions,
        original=config.compat == "original",
    )
    with precision(config.runtime.precision):
        network, clip = slice_embedding_network(config), intensity_clip(settings.augmentation)
        loss = global_loss(settings)
        objective = Objective(AugmentedModel(network, clip), loss, batches)
        monitor = SliceMonitor(network, loss, batches, settings, clip)
        train(run, settings, one_phase(objective), monitor=monitor)
