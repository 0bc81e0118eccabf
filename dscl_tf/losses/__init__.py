"""Losses: the contrastive kernel, the strategies over it, soft Dice, restoration, change.

`contrastive_loss` is the kernel. A strategy says by two masks which images of a batch attract and
which repel each other (`strategy_masks`); `GlobalContrastiveLoss`, `LocalContrastiveLoss` and
`MatchedContrastiveLoss` are the Keras losses of the pre-training stages. All are computed in
float32 or better.
"""

from dscl_tf.losses.change import ChangeLoss
from dscl_tf.losses.class_contrastive import ClassContrastiveLoss, class_contrastive_loss
from dscl_tf.losses.contrastive import contrastive_loss
from dscl_tf.losses.dice import DiceLoss, batch_dice_loss, dice_loss
from dscl_tf.losses.dice_cross_entropy import DiceCrossEntropyLoss
from dscl_tf.losses.global_contrastive import GlobalContrastiveLoss
from dscl_tf.losses.local_contrastive import LocalContrastiveLoss, local_contrastive_loss
from dscl_tf.losses.masked import masked_dice_cross_entropy
from dscl_tf.losses.matched_contrastive import MatchedContrastiveLoss
from dscl_tf.losses.original_regions import original_regions
from dscl_tf.losses.regions import cut_regions, nearest_neighbours, region_corners
from dscl_tf.losses.restoration import RestorationLoss, masked_mean_squared_error
from dscl_tf.losses.strategies import STRATEGIES, Strategy, strategy_masks

__all__ = [
    "STRATEGIES",
    "ChangeLoss",
    "ClassContrastiveLoss",
    "DiceCrossEntropyLoss",
    "DiceLoss",
    "GlobalContrastiveLoss",
    "LocalContrastiveLoss",
    "MatchedContrastiveLoss",
    "RestorationLoss",
    "Strategy",
    "batch_dice_loss",
    "class_contrastive_loss",
    "contrastive_loss",
    "cut_regions",
    "dice_loss",
    "local_contrastive_loss",
    "masked_dice_cross_entropy",
    "masked_mean_squared_error",
    "nearest_neighbours",
    "original_regions",
    "region_corners",
    "strategy_masks",
]
