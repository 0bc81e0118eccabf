"""The experiment configuration: one typed, validated tree.

It describes a whole experiment: data, splits, model, the stages. `dscl_tf.config.files` reads it
from YAML and writes it.
"""

from dscl_tf.config.augmentation import (
    Affine,
    Augmentation,
    ColourJitter,
    Elastic,
    Intensity,
    Mixup,
)
from dscl_tf.config.data import BiasCorrection, Data, Folder
from dscl_tf.config.experiment import Experiment
from dscl_tf.config.finetuning import Finetune
from dscl_tf.config.learned_augmentation import PretrainAugmentation
from dscl_tf.config.model import Model
from dscl_tf.config.pretraining import (
    Contrastive,
    Pretrain,
    PretrainGlobal,
    PretrainJoint,
    PretrainLocal,
    PretrainPretext,
    Watched,
)
from dscl_tf.config.runtime import Runtime
from dscl_tf.config.section import Section
from dscl_tf.config.semi_supervised import Adversarial, SelfTraining
from dscl_tf.config.splits import Combination, Splits
from dscl_tf.config.training import Stage, Training

__all__ = [
    "Adversarial",
    "Affine",
    "Augmentation",
    "BiasCorrection",
    "ColourJitter",
    "Combination",
    "Contrastive",
    "Data",
    "Elastic",
    "Experiment",
    "Finetune",
    "Folder",
    "Intensity",
    "Mixup",
    "Model",
    "Pretrain",
    "PretrainAugmentation",
    "PretrainGlobal",
    "PretrainJoint",
    "PretrainLocal",
    "PretrainPretext",
    "Runtime",
    "Section",
    "SelfTraining",
    "Splits",
    "Stage",
    "Training",
    "Watched",
]
