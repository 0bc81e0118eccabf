"""What the local loss contrasts: regions of the feature map, and the negatives of each."""

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.losses import (
    LocalContrastiveLoss,
    nearest_neighbours,
    original_regions,
    region_corners,
)
from dscl_tf.runs.networks import local_map_size

ORIGINAL_NEGATIVES = {"LR": 5, "LD": 4}  # of those listed, as many as the released code uses


def local_objective(config: Experiment) -> tuple[np.ndarray, LocalContrastiveLoss]:
    """Return the corners of the regions to cut out of the map, and the loss of their embeddings.

    ::

        corners, loss = local_objective(config)
        network = region_embedding_network(config, corners)

    Args:
        config: `pretrain_local` says how many regions of which size, `compat` by which rule.

    Returns:
        (regions, 2) int top-left corners (row, column) in the map, and the loss.

    Raises:
        UsageError: the regions overlap or leave the map, or `compat` lists none of this number
            and size.
    """
    settings = config.pretrain_local
    shape = (settings.regions, settings.region_size, *local_map_size(config))
    if config.compat == "original":
        corners, anchors, negatives = original_regions(*shape, block=settings.decoder_blocks)
        negatives = negatives[:, : ORIGINAL_NEGATIVES[settings.strategy]]
    else:
        corners = region_corners(*shape, block=settings.decoder_blocks)
        anchors = np.arange(settings.regions)
        negatives = nearest_neighbours(corners, settings.negatives)
    return corners, LocalContrastiveLoss(anchors, negatives, settings.temperature)
