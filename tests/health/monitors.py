"""Monitors of untrained networks, on the tiny experiment."""

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, LocalBatches, PretextBatches
from dscl_tf.health import (
    JointMonitor,
    RegionMonitor,
    RestorationMonitor,
    RotationMonitor,
    SliceMonitor,
)
from dscl_tf.losses import (
    LocalContrastiveLoss,
    nearest_neighbours,
    region_corners,
)
from dscl_tf.models.augmented import AugmentedRestoration
from dscl_tf.runs.networks import (
    local_map_size,
    region_embedding_network,
    restoration_network,
    rotation_network,
    slice_embedding_network,
)
from dscl_tf.stages.global_objective import global_loss

IDS = ("001", "002", "003")
CLIP = (0.0, 1.5)


def slice_monitor(config: Experiment, store, ids=IDS, **changes) -> SliceMonitor:
    """Return one with changes of `pretrain_global`."""
    config = replace(config, {f"pretrain_global.{key}": value for key, value in changes.items()})
    settings = config.pretrain_global
    network = slice_embedding_network(config)
    loss = global_loss(settings)
    batches = GlobalBatches(store, ids, settings, config.runtime.seed, settings.partitions)
    return SliceMonitor(network, loss, batches, settings, CLIP)


def region_monitor(config: Experiment, store, size: int = 3, trained=None) -> RegionMonitor:
    """Return one with regions of `size`."""
    config = replace(config, {"pretrain_local.region_size": size})
    settings = config.pretrain_local
    corners = region_corners(settings.regions, size, *local_map_size(config))
    network = region_embedding_network(config, corners)
    negatives = nearest_neighbours(corners, settings.negatives)
    loss = LocalContrastiveLoss(np.arange(settings.regions), negatives, settings.temperature)
    batches = LocalBatches(store, IDS, settings, config.runtime.seed)
    return RegionMonitor(network, loss, batches, settings, CLIP, trained)


def joint_monitor(config: Experiment, store) -> JointMonitor:
    parts = {"global": slice_monitor(config, store), "local": region_monitor(config, store)}
    return JointMonitor(parts)


def rotation_monitor(config: Experiment, store) -> RotationMonitor:
    batches = pretext_batches(config, store, "rotation")
    return RotationMonitor(rotation_network(config), batches, batches.settings, CLIP)


def restoration_monitor(config: Experiment, store, task: str, network=None) -> RestorationMonitor:
    batches = pretext_batches(config, store, task)
    model = AugmentedRestoration(network or restoration_network(config), CLIP)
    return RestorationMonitor(model, batches, batches.settings)


def pretext_batches(config: Experiment, store, task: str) -> PretextBatches:
    settings = replace(config, {"pretrain_pretext.task": task}).pretrain_pretext
    return PretextBatches(store, IDS, settings, seed=1)
