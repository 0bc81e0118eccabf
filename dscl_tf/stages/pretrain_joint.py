"""Global and local contrastive pre-training at once (supplement 3.4)."""

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LocalBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.health import GlobalHealth, JointHealth, LocalHealth
from dscl_tf.losses import GlobalContrastiveLoss
from dscl_tf.models import (
    joint_embedding_network,
    region_embedding_network,
    slice_embedding_network,
)
from dscl_tf.models.augmented import AugmentedHalves
from dscl_tf.runs.run import Run
from dscl_tf.stages.local_objective import local_objective
from dscl_tf.stages.training import intensity_clip, precision, train


def pretrain_joint(run: Run, store: SliceStore, source: None) -> None:
    """Train encoder, d_l, g1 and g2 on the unlabelled volumes by L_g + lambda_l L_l.

    One pass per step takes rows of both losses: the first half for the global one, augmented as in
    `pretrain_global`, the second for the local one, as in `pretrain_local`.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the volumes `splits.unlabelled`.
        source: None; this stage starts from random weights.
    """
    config = run.config
    halves = half_batches(config)
    slices, regions = halves.pretrain_global, halves.pretrain_local
    ids = config.splits.unlabelled
    partitions = max(config.slice_partitions, regions.partitions_sampled)
    check_volumes(ids, store, role="splits.unlabelled", labelled=False, partitions=partitions)
    corners, local_loss = local_objective(config)
    seed, original = config.runtime.seed, config.compat == "original"
    batches = JointBatches(
        GlobalBatches(store, ids, slices, seed, config.slice_partitions, original),
        LocalBatches(store, ids, regions, seed, regions.partitions_sampled, original),
    )
    clips = {
        "global": intensity_clip(slices.augmentation),
        "local": intensity_clip(regions.augmentation),
    }
    losses = {
        "global": GlobalContrastiveLoss(slices.strategy, slices.temperature),
        "local": local_loss,
    }
    with precision(config.runtime.precision):
        network = joint_embedding_network(config, corners)
        model = AugmentedHalves(network, clips)
        health = JointHealth(
            {
                "global": GlobalHealth(
                    slice_embedding_network(config),
                    losses["global"],
                    batches.slices,
                    config.pretrain_joint,
                    clips["global"],
                    trained=network,
                ),
                "local": LocalHealth(
                    region_embedding_network(config, corners),
                    losses["local"],
                    batches.regions,
                    config.pretrain_joint,
                    clips["local"],
                    trained=network,
                ),
            }
        )
        train(
            model,
            losses,
            batches,
            run,
            config.pretrain_joint,
            loss_weights={"global": 1.0, "local": config.pretrain_joint.lambda_l},
            health=health,
        )


def half_batches(config: Experiment) -> Experiment:
    """Return the configuration with half of the joint batch in each of the two stages.

    Raises:
        UsageError: half a batch holds too few rows for one of the losses.
    """
    rows = config.pretrain_joint.batch_size
    stages = ("pretrain_global", "pretrain_local")
    try:
        return replace(config, {f"{stage}.batch_size": rows // 2 for stage in stages})
    except UsageError as error:
        raise UsageError(
            f"pretrain_joint.batch_size: half of the rows go to each loss, got {rows}; {error}"
        ) from error
