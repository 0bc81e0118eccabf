"""Local contrastive pre-training of the first decoder blocks (paper section 3.2)."""

from dscl_tf.data.samplers import LocalBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.health import MovedRegionMonitor, RegionMonitor
from dscl_tf.models import MovedRegions, freeze_encoder
from dscl_tf.models.augmented import AugmentedModel
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import region_embedding_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.transfer import initialise
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.local_objective import local_objective
from dscl_tf.stages.moved_objective import moved_objective
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.registry import STAGES
from dscl_tf.stages.training import train


def pretrain_local(run: Run, store: SliceStore, source: Run | None) -> None:
    """Train d_l and g2 on the unlabelled volumes, the encoder frozen; masks are never read.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: the global run that gives the encoder, or None for a random one.
    """
    config = run.config
    settings = config.pretrain_local
    ids = config.splits.unlabelled
    partitions = settings.partitions_sampled
    check_volumes(ids, store, role="splits.unlabelled", labelled=False, partitions=partitions)
    moved = settings.views == "moved"
    corners, loss = (moved_objective if moved else local_objective)(config)
    batches = LocalBatches(
        store,
        ids,
        settings,
        config.runtime.seed,
        partitions,
        original=config.compat == "original",
    )
    with precision(config.runtime.precision):
        network = region_embedding_network(config, corners)
        if source:
            blocks = STAGES[source.stage].transferred_blocks(source.config)
            initialise(network, source, config.model, decoder_blocks=blocks)
        freeze_encoder(network, settings.encoder_statistics)
        clip = intensity_clip(settings.augmentation)
        model = AugmentedModel(network, clip)
        monitor = RegionMonitor(network, loss, batches, settings, clip)
        if moved:
            model = MovedRegions(network, loss, settings.strategy, clip)
            monitor = MovedRegionMonitor(model, batches, settings)
        train(run, settings, one_phase(Objective(model, loss, batches)), monitor=monitor)
