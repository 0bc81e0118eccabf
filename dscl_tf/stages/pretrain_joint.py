"""Global and local contrastive pre-training at once (supplement 3.4)."""

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LocalBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.health import JointMonitor, RegionMonitor, SliceMonitor
from dscl_tf.models.augmented import AugmentedHalves
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import (
    joint_embedding_network,
    region_embedding_network,
    slice_embedding_network,
)
from dscl_tf.runs.run import Run
from dscl_tf.stages.global_objective import global_loss
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.local_objective import local_objective
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.training import train


def pretrain_joint(run: Run, store: SliceStore, source: None) -> None:
    """Train encoder, d_l, g1 and g2 on the unlabelled volumes by L_g + lambda_l L_l.

    Each step passes the images of both losses through the encoder at once: the first half of the
    batch is for the global loss, augmented as in `pretrain_global`, the second for the local loss,
    as in `pretrain_local`.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: None; this stage starts from random weights.
    """
    config = run.config
    settings = config.pretrain_joint
    if config.pretrain_local.views != "aligned":
        raise UsageError(
            "pretrain_local.views: must be aligned in joint pre-training, "
            f"got {config.pretrain_local.views}"
        )
    halves = half_batches(config)
    slices, regions = halves.pretrain_global, halves.pretrain_local
    batches = _batches(halves, store)
    corners, local_loss = local_objective(config)
    slice_loss = global_loss(slices)
    clips = {
        "global": intensity_clip(slices.augmentation),
        "local": intensity_clip(regions.augmentation),
    }
    with precision(config.runtime.precision):
        network = joint_embedding_network(config, corners)
        model = AugmentedHalves(network, clips)
        losses = {"global": slice_loss, "local": local_loss}
        weights = {"global": 1.0, "local": settings.lambda_l}
        slice_network = slice_embedding_network(config)
        region_network = region_embedding_network(config, corners)
        monitors = {
            "global": SliceMonitor(
                slice_network, slice_loss, batches.slices, settings, clips["global"], network
            ),
            "local": RegionMonitor(
                region_network, local_loss, batches.regions, settings, clips["local"], network
            ),
        }
        phases = one_phase(Objective(model, losses, batches, weights))
        train(run, settings, phases, monitor=JointMonitor(monitors))


def half_batches(config: Experiment) -> Experiment:
    """Return the configuration with half of the joint batch in each of the two stages.

    ::

        half_batches(config).pretrain_local.batch_size  # half of config.pretrain_joint.batch_size

    Raises:
        UsageError: half a batch holds too few images for one of the losses.
    """
    size = config.pretrain_joint.batch_size
    stages = ("pretrain_global", "pretrain_local")
    try:
        return replace(config, {f"{stage}.batch_size": size // 2 for stage in stages})
    except UsageError as error:
        raise UsageError(
            f"pretrain_joint.batch_size: half of the images go to each loss, got {size}; {error}"
        ) from error


def _batches(halves: Experiment, store: SliceStore) -> JointBatches:
    """Return the sampler of both losses, after a check of the volumes it draws from."""
    slices, regions = halves.pretrain_global, halves.pretrain_local
    ids, seed = halves.splits.unlabelled, halves.runtime.seed
    original = halves.compat == "original"
    partitions = max(halves.slice_partitions, regions.partitions_sampled)
    check_volumes(ids, store, role="splits.unlabelled", labelled=False, partitions=partitions)
    return JointBatches(
        GlobalBatches(store, ids, slices, seed, halves.slice_partitions, original),
        LocalBatches(store, ids, regions, seed, regions.partitions_sampled, original),
    )
