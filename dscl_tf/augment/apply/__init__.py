"""Transformations applied to batches with `keras.ops`, by parameters that `draw` made.

Nothing here is random. Shapes are (batch, H, W, channels) for images and (batch, H, W) for masks.
"""

from dscl_tf.augment.apply.addons import dense_image_warp, rotate, translate
from dscl_tf.augment.apply.affine import affine_positions
from dscl_tf.augment.apply.augmentation import augment_images, augment_masks
from dscl_tf.augment.apply.blur import apply_blur
from dscl_tf.augment.apply.box import blank_box, box_mask
from dscl_tf.augment.apply.brightness import apply_brightness
from dscl_tf.augment.apply.colour import apply_colour
from dscl_tf.augment.apply.contrast import apply_contrast
from dscl_tf.augment.apply.corruption import corrupt
from dscl_tf.augment.apply.deformation import deform
from dscl_tf.augment.apply.elastic import elastic_displacements
from dscl_tf.augment.apply.gamma import apply_gamma
from dscl_tf.augment.apply.intensity import apply_intensity
from dscl_tf.augment.apply.low_resolution import apply_low_resolution
from dscl_tf.augment.apply.mixup import apply_mixup
from dscl_tf.augment.apply.motion import lie_inside, move_places, read_places
from dscl_tf.augment.apply.noise import apply_noise
from dscl_tf.augment.apply.paste import paste
from dscl_tf.augment.apply.swap import swap_boxes
from dscl_tf.augment.apply.warp import warp
from dscl_tf.augment.apply.wide import apply_wide

__all__ = [
    "affine_positions",
    "apply_blur",
    "apply_brightness",
    "apply_colour",
    "apply_contrast",
    "apply_gamma",
    "apply_intensity",
    "apply_low_resolution",
    "apply_mixup",
    "apply_noise",
    "apply_wide",
    "augment_images",
    "augment_masks",
    "blank_box",
    "box_mask",
    "corrupt",
    "deform",
    "dense_image_warp",
    "elastic_displacements",
    "lie_inside",
    "move_places",
    "paste",
    "read_places",
    "rotate",
    "swap_boxes",
    "translate",
    "warp",
]
