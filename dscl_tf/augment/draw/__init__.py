"""Random parameters of transformations, drawn with NumPy from one generator. No Keras here.

Equal generators give equal draws, and nothing else is random: any batch can be drawn again.
"""

from dscl_tf.augment.draw.affine import draw_affine
from dscl_tf.augment.draw.augmentation import draw_augmentation
from dscl_tf.augment.draw.blur import draw_blur
from dscl_tf.augment.draw.box import draw_boxes
from dscl_tf.augment.draw.brightness import draw_brightness
from dscl_tf.augment.draw.colour import draw_colour
from dscl_tf.augment.draw.contrast import draw_contrast
from dscl_tf.augment.draw.crop import draw_crop
from dscl_tf.augment.draw.elastic import draw_elastic
from dscl_tf.augment.draw.gamma import draw_gamma
from dscl_tf.augment.draw.intensity import draw_intensity
from dscl_tf.augment.draw.low_resolution import draw_low_resolution
from dscl_tf.augment.draw.mixup import draw_mixup
from dscl_tf.augment.draw.noise import draw_noise
from dscl_tf.augment.draw.paste import draw_paste
from dscl_tf.augment.draw.rotation import draw_rotation
from dscl_tf.augment.draw.scale import draw_scale
from dscl_tf.augment.draw.shift import draw_shift
from dscl_tf.augment.draw.stretch import draw_stretch
from dscl_tf.augment.draw.swap import draw_swaps
from dscl_tf.augment.draw.turn import draw_turns, turn_matrices
from dscl_tf.augment.draw.wide import draw_wide

__all__ = [
    "draw_affine",
    "draw_augmentation",
    "draw_blur",
    "draw_boxes",
    "draw_brightness",
    "draw_colour",
    "draw_contrast",
    "draw_crop",
    "draw_elastic",
    "draw_gamma",
    "draw_intensity",
    "draw_low_resolution",
    "draw_mixup",
    "draw_noise",
    "draw_paste",
    "draw_rotation",
    "draw_scale",
    "draw_shift",
    "draw_stretch",
    "draw_swaps",
    "draw_turns",
    "draw_wide",
    "turn_matrices",
]
