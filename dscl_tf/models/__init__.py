"""The U-Net and its projection heads (supplement 1.1), and generators of augmentations."""

from dscl_tf.models.discriminator import discriminator_network
from dscl_tf.models.generators import adversarial_networks, generator_network
from dscl_tf.models.networks import (
    freeze_encoder,
    joint_embedding_network,
    local_map_size,
    region_embedding_network,
    restoration_network,
    rotation_network,
    segmentation_network,
    slice_embedding_network,
)
from dscl_tf.models.weights import hand_over, weights_of

__all__ = [
    "adversarial_networks",
    "discriminator_network",
    "freeze_encoder",
    "generator_network",
    "hand_over",
    "joint_embedding_network",
    "local_map_size",
    "region_embedding_network",
    "restoration_network",
    "rotation_network",
    "segmentation_network",
    "slice_embedding_network",
    "weights_of",
]
