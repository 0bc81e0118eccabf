"""Global and local contrastive pre-training at once (supplement 3.4)."""

from collections.abc import Mapping

import keras

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LocalBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.health import JointMonitor, MovedRegionMonitor, RegionMonitor, SliceMonitor
from dscl_tf.losses import GlobalContrastiveLoss
from dscl_tf.models import MovedHalves, MovedRegions
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
from dscl_tf.stages.moved_objective import moved_objective
from dscl_tf.stages.objective import Objective, one_phase
from dscl_tf.stages.training import train

Clips = Mapping[str, tuple[float, float] | None]


def pretrain_joint(run: Run, store: SliceStore, source: None) -> None:
    """Train encoder, d_l, g1 and g2 on the unlabelled volumes by L_g + lambda_l L_l.

    Each step passes the images of both losses through the encoder at once: the first half of the
    batch is for the global loss, augmented as in `pretrain_global`, the second for the local loss,
    as in `pretrain_local`, with moved views too.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: None; this stage starts from random weights.
    """
    config = run.config
    settings = config.pretrain_joint
    halves = half_batches(config)
    slices, regions = halves.pretrain_global, halves.pretrain_local
    batches = _batches(halves, store)
    slice_loss = global_loss(slices)
    clips = {
        "global": intensity_clip(slices.augmentation),
        "local": intensity_clip(regions.augmentation),
    }
    joined = _moved if regions.views == "moved" else _aligned
    with precision(config.runtime.precision):
        network, objective, region_monitor = joined(config, slice_loss, clips, batches)
        slice_monitor = SliceMonitor(
            slice_embedding_network(config),
            slice_loss,
            batches.slices,
            settings,
            clips["global"],
            network,
        )
        monitor = JointMonitor({"global": slice_monitor, "local": region_monitor})
        train(run, settings, one_phase(objective), monitor=monitor)


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


def _aligned(
    config: Experiment, slice_loss: GlobalContrastiveLoss, clips: Clips, batches: JointBatches
) -> tuple[keras.Model, Objective, RegionMonitor]:
    """Return the network, its objective and what watches its regions."""
    settings = config.pretrain_joint
    corners, local_loss = local_objective(config)
    network = joint_embedding_network(config, corners)
    losses = {"global": slice_loss, "local": local_loss}
    weights = {"global": 1.0, "local": settings.lambda_l}
    objective = Objective(AugmentedHalves(network, clips), losses, batches, weights)
    alone = region_embedding_network(config, corners)
    monitor = RegionMonitor(alone, local_loss, batches.regions, settings, clips["local"], network)
    return network, objective, monitor


def _moved(
    config: Experiment, slice_loss: GlobalContrastiveLoss, clips: Clips, batches: JointBatches
) -> tuple[keras.Model, Objective, RegionMonitor]:
    """Return the same for views that are moved."""
    settings, strategy = config.pretrain_joint, config.pretrain_local.strategy
    corners, local_loss = moved_objective(config)
    network = joint_embedding_network(config, corners)
    model = MovedHalves(network, clips, slice_loss, local_loss, strategy, settings.lambda_l)
    alone = region_embedding_network(config, corners)
    regions = MovedRegions(alone, local_loss, strategy, clips["local"])
    monitor = MovedRegionMonitor(regions, batches.regions, settings, network)
    return network, Objective(model, slice_loss, batches), monitor
