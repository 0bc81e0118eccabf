"""Batch samplers: which slices make a batch, and the target that the loss needs.

There is a sampler for each stage and extension, in a file of its name. How G^D chooses its slices
is in `draw_slices`, which slices are the positives of the local loss in `region_pairs`.
"""

from dscl_tf.data.samplers.batches import Batch, Batches, SliceBatches
from dscl_tf.data.samplers.generator_training_batches import GeneratorTrainingBatches
from dscl_tf.data.samplers.global_batches import GlobalBatches
from dscl_tf.data.samplers.joint_batches import JointBatches
from dscl_tf.data.samplers.labelled_batches import LabelledBatches
from dscl_tf.data.samplers.learned_augmentation_batches import LearnedAugmentationBatches
from dscl_tf.data.samplers.local_batches import LocalBatches
from dscl_tf.data.samplers.pretext_batches import PretextBatches
from dscl_tf.data.samplers.semi_supervised_batches import SemiSupervisedBatches
from dscl_tf.data.samplers.teacher_batches import TeacherBatches

__all__ = [
    "Batch",
    "Batches",
    "GeneratorTrainingBatches",
    "GlobalBatches",
    "JointBatches",
    "LabelledBatches",
    "LearnedAugmentationBatches",
    "LocalBatches",
    "PretextBatches",
    "SemiSupervisedBatches",
    "SliceBatches",
    "TeacherBatches",
]
