"""The experiment configuration: one typed, validated tree.

An `Experiment` holds the settings of the data, the splits, the model and every stage; each section
has a file of its own here, in which every field says what it means. `load_config` reads a
configuration from YAML, `replace` changes some of its keys, and `dump` writes it as YAML.
"""

from dscl_tf.config.augmentation import (
    Affine,
    Augmentation,
    ColourJitter,
    Elastic,
    Intensity,
    Mixup,
)
from dscl_tf.config.channels import Channel
from dscl_tf.config.components import Components
from dscl_tf.config.data import BiasCorrection, Data
from dscl_tf.config.experiment import Experiment
from dscl_tf.config.files import dump, load_config, read_splits, replace
from dscl_tf.config.finetuning import Finetune
from dscl_tf.config.layout import Dicom, Folder, Layout
from dscl_tf.config.learned_augmentation import PretrainAugmentation
from dscl_tf.config.mean_teacher import MeanTeacher
from dscl_tf.config.model import Model
from dscl_tf.config.motion import Motion
from dscl_tf.config.pretext import PretrainPretext
from dscl_tf.config.pretraining import (
    Contrastive,
    Pretrain,
    PretrainGlobal,
    PretrainJoint,
    PretrainLocal,
)
from dscl_tf.config.recipes import recipe_names
from dscl_tf.config.runtime import Runtime
from dscl_tf.config.section import Section
from dscl_tf.config.semi_supervised import Adversarial, PseudoContrast, SelfTraining
from dscl_tf.config.shipped import shipped_configs
from dscl_tf.config.splits import Combination, Splits
from dscl_tf.config.training import Stage, Training, Watched
from dscl_tf.config.wide import (
    Blur,
    Brightness,
    Contrast,
    Gamma,
    LowResolution,
    Noise,
    Rotation,
    Scale,
    Shift,
    Stretch,
    Wide,
)

__all__ = [
    "Adversarial",
    "Affine",
    "Augmentation",
    "BiasCorrection",
    "Blur",
    "Brightness",
    "Channel",
    "ColourJitter",
    "Combination",
    "Components",
    "Contrast",
    "Contrastive",
    "Data",
    "Dicom",
    "Elastic",
    "Experiment",
    "Finetune",
    "Folder",
    "Gamma",
    "Intensity",
    "Layout",
    "LowResolution",
    "MeanTeacher",
    "Mixup",
    "Model",
    "Motion",
    "Noise",
    "Pretrain",
    "PretrainAugmentation",
    "PretrainGlobal",
    "PretrainJoint",
    "PretrainLocal",
    "PretrainPretext",
    "PseudoContrast",
    "Rotation",
    "Runtime",
    "Scale",
    "Section",
    "SelfTraining",
    "Shift",
    "Splits",
    "Stage",
    "Stretch",
    "Training",
    "Watched",
    "Wide",
    "dump",
    "load_config",
    "read_splits",
    "recipe_names",
    "replace",
    "shipped_configs",
]
