"""Losses: contrastive kernel, global and local objectives, soft Dice, restoration, change."""

from dscl_tf.losses.change import ChangeLoss
from dscl_tf.losses.contrastive import contrastive_loss
from dscl_tf.losses.dice import DiceLoss, batch_dice_loss, dice_loss
from dscl_tf.losses.dice_cross_entropy import DiceCrossEntropyLoss
from dscl_tf.losses.global_contrastive import GlobalContrastiveLoss
from dscl_tf.losses.local_contrastive import LocalContrastiveLoss, local_contrastive_loss
from dscl_tf.losses.original_regions import original_regions
from dscl_tf.losses.regions import cut_regions, nearest_neighbours, region_corners
from dscl_tf.losses.restoration import RestorationLoss, masked_mean_squared_error

__all__ = [
    "ChangeLoss",
    "DiceCrossEntropyLoss",
    "DiceLoss",
    "GlobalContrastiveLoss",
    "LocalContrastiveLoss",
    "RestorationLoss",
    "batch_dice_loss",
    "contrastive_loss",
    "cut_regions",
    "dice_loss",
    "local_contrastive_loss",
    "masked_mean_squared_error",
    "nearest_neighbours",
    "original_regions",
    "region_corners",
]
