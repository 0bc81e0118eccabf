"""Random parameters of transformations, drawn with NumPy from one generator. No Keras here.

Equal generators give equal draws, and nothing else is random: any batch can be drawn again.
"""

from dscl_tf.augment.draw.affine import draw_affine
from dscl_tf.augment.draw.augmentation import draw_augmentation
from dscl_tf.augment.draw.box import draw_boxes
from dscl_tf.augment.draw.colour import draw_colour
from dscl_tf.augment.draw.crop import draw_crop
from dscl_tf.augment.draw.elastic import draw_elastic
from dscl_tf.augment.draw.intensity import draw_intensity
from dscl_tf.augment.draw.mixup import draw_mixup
from dscl_tf.augment.draw.swap import draw_swaps
from dscl_tf.augment.draw.turn import draw_turns, turn_matrices

__all__ = [
    "draw_affine",
    "draw_augmentation",
    "draw_boxes",
    "draw_colour",
    "draw_crop",
    "draw_elastic",
    "draw_intensity",
    "draw_mixup",
    "draw_swaps",
    "draw_turns",
    "turn_matrices",
]
