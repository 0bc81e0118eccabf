"""The model of joint pre-training with moved views."""

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GlobalBatches, JointBatches, LocalBatches
from dscl_tf.models import MovedHalves, MovedRegions, transfer_weights, weights_of
from dscl_tf.runs.networks import joint_embedding_network, region_embedding_network
from dscl_tf.stages.global_objective import global_loss
from dscl_tf.stages.moved_objective import moved_objective
from dscl_tf.stages.pretrain_joint import half_batches

IDS = ("001", "002", "003")


@pytest.fixture
def config(tiny: Experiment) -> Experiment:
    changes = {"pretrain_local.views": "moved", "pretrain_local.motion.shift": 0.05}
    return half_batches(replace(tiny, changes))


@pytest.fixture
def batch(config: Experiment, store) -> tuple[dict, dict]:
    slices = GlobalBatches(store, IDS, config.pretrain_global, 1, config.slice_partitions)
    return JointBatches(slices, LocalBatches(store, IDS, config.pretrain_local, 1))[0]


def test_slices_and_regions_have_the_losses_of_their_own_stages(config: Experiment, batch) -> None:
    inputs, labels = batch
    corners, region_loss = moved_objective(config)
    slice_loss = global_loss(config.pretrain_global)
    network = joint_embedding_network(config, corners)
    clips = {"global": (0.0, 1.5), "local": (0.0, 1.5)}
    model = MovedHalves(network, clips, slice_loss, region_loss, weight=2.0)
    outputs = model(inputs)  # by moving statistics, so that no half depends on the other

    alone = region_embedding_network(config, corners)
    weights = weights_of(network)
    transfer_weights(alone, {path: weights[path] for path in weights_of(alone)}, source="joint")
    regions = MovedRegions(alone, region_loss, clip=clips["local"])
    expected = regions(inputs["local"])
    for name, value in expected.items():
        np.testing.assert_allclose(outputs["local"][name], value, rtol=1e-4, atol=1e-5)

    loss = model.compute_loss(inputs, labels, outputs)
    by_hand = slice_loss(labels["global"], outputs["global"])
    by_hand += 2 * regions.compute_loss(inputs["local"], labels["local"], expected)
    np.testing.assert_allclose(loss, by_hand, rtol=1e-4)
