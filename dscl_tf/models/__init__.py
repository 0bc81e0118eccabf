"""The networks: constructors by plain arguments, and the models that augment in the step.

A constructor (`unet`, `encoder`, `slice_encoder`, ...) returns a functional Keras model. Networks
share parts by name: layers are called `encoder_...`, `decoder_block1_...`, `segmentation_...`,
`g1_...`, `g2_...` and so on, and a layer's name and the seed decide its initial kernel. So weights
pass from one network to another by path (`weights_of`, `transfer_weights`). An `AugmentedModel`
wraps a network and applies a batch's augmentation inside the compiled step.
"""

from dscl_tf.models.augmented import (
    AugmentedHalves,
    AugmentedModel,
    AugmentedRestoration,
    AugmentedSegmentation,
)
from dscl_tf.models.blocks import decoder_map_size
from dscl_tf.models.contrasting_teacher import ContrastingTeacher
from dscl_tf.models.discriminator import image_discriminator, segmentation_discriminator
from dscl_tf.models.freeze import freeze_encoder
from dscl_tf.models.generators import (
    AdversarialNetworks,
    adversarial_networks,
    augmentation_generator,
)
from dscl_tf.models.joint_embedding import joint_encoder
from dscl_tf.models.large_components import keep_large_components
from dscl_tf.models.learned_augmentation import AdversarialAugmentation, GeneratedSegmentation
from dscl_tf.models.mean_teacher import MeanTeacherSegmentation
from dscl_tf.models.moved_halves import MovedHalves
from dscl_tf.models.moved_regions import MovedRegions
from dscl_tf.models.pixel_embedding import pixel_head
from dscl_tf.models.pretext import restorer, rotation_classifier
from dscl_tf.models.region_embedding import region_encoder
from dscl_tf.models.segmentation import unet
from dscl_tf.models.semi_supervised import SemiSupervisedSegmentation
from dscl_tf.models.slice_embedding import encoder, slice_encoder
from dscl_tf.models.weights import transfer_weights, weights_of

__all__ = [
    "AdversarialAugmentation",
    "AdversarialNetworks",
    "AugmentedHalves",
    "AugmentedModel",
    "AugmentedRestoration",
    "AugmentedSegmentation",
    "ContrastingTeacher",
    "GeneratedSegmentation",
    "MeanTeacherSegmentation",
    "MovedHalves",
    "MovedRegions",
    "SemiSupervisedSegmentation",
    "adversarial_networks",
    "augmentation_generator",
    "decoder_map_size",
    "encoder",
    "freeze_encoder",
    "image_discriminator",
    "joint_encoder",
    "keep_large_components",
    "pixel_head",
    "region_encoder",
    "restorer",
    "rotation_classifier",
    "segmentation_discriminator",
    "slice_encoder",
    "transfer_weights",
    "unet",
    "weights_of",
]
