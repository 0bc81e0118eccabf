"""Batch samplers: which slices make a batch, and the labels that the losses need."""

from dscl_tf.data.samplers.batches import GlobalBatches, LabelledBatches, LocalBatches
from dscl_tf.data.samplers.generator_batches import GeneratedBatches, GeneratorBatches
from dscl_tf.data.samplers.joint_batches import JointBatches
from dscl_tf.data.samplers.pretext_batches import PretextBatches
from dscl_tf.data.samplers.semi_supervised_batches import SemiSupervisedBatches

__all__ = [
    "GeneratedBatches",
    "GeneratorBatches",
    "GlobalBatches",
    "JointBatches",
    "LabelledBatches",
    "LocalBatches",
    "PretextBatches",
    "SemiSupervisedBatches",
]
