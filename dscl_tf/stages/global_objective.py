"""What the global loss contrasts, by its section of the configuration."""

from dscl_tf.config import PretrainGlobal
from dscl_tf.losses import GlobalContrastiveLoss


def global_loss(settings: PretrainGlobal) -> GlobalContrastiveLoss:
    """Return the loss of slice embeddings.

    >>> global_loss(PretrainGlobal(strategy="PCL", repel_from=0.3)).thresholds
    (0.1, 0.3)
    """
    return GlobalContrastiveLoss(settings.strategy, settings.temperature, settings.thresholds)
