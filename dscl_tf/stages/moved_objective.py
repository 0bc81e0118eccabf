"""What the local loss of moved views contrasts, and whether two views can share a region."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.motion import lie_inside, move_places
from dscl_tf.augment.apply.warp import pixel_grid
from dscl_tf.augment.draw.motion import between, extreme_motions
from dscl_tf.config import Experiment
from dscl_tf.errors import UsageError
from dscl_tf.losses import MatchedContrastiveLoss, nearest_neighbours, region_corners
from dscl_tf.runs.networks import local_map_size


def moved_objective(config: Experiment) -> tuple[np.ndarray, MatchedContrastiveLoss]:
    """Return the corners of the regions, and the loss of their embeddings.

    ::

        corners, loss = moved_objective(config)
        model = MovedRegions(region_embedding_network(config, corners), loss)

    Args:
        config: `pretrain_local` says how many regions of which size, and how views are moved.

    Returns:
        (regions, 2) int top-left corners (row, column) in the map, and the loss.

    Raises:
        UsageError: the regions overlap or leave the map, or two views may share none.
    """
    settings = config.pretrain_local
    size = local_map_size(config)
    corners = region_corners(
        settings.regions, settings.region_size, *size, block=settings.decoder_blocks
    )
    if not (least := least_shared(config, corners)):
        motion = settings.motion
        raise UsageError(
            f"pretrain_local.motion: two views must always share one of {settings.regions} regions "
            f"or more, the farthest apart share {least} with crop {list(motion.crop)}, "
            f"shift {motion.shift} and rotation {motion.rotation}"
        )
    negatives = nearest_neighbours(corners, settings.negatives)
    return corners, MatchedContrastiveLoss(negatives, settings.temperature)


def least_shared(config: Experiment, corners: np.ndarray) -> int:
    """Return how many regions two views share that are moved as far apart as can be."""
    settings, grid = config.pretrain_local, config.data.grid
    height, width = local_map_size(config)
    factor = grid[0] // height
    pixels = pixel_grid(settings.region_size, settings.region_size).reshape(-1, 2)
    places = corners[:, None] + pixels  # (regions, K * K, 2)
    extremes = extreme_motions(*grid, settings.motion)
    count = len(extremes)
    pairs = np.stack(np.divmod(np.arange(count**2), count), axis=1)  # each view with each other

    def inside(matrices: np.ndarray) -> np.ndarray:
        moved = move_places(matrices, places, factor)
        return ops.convert_to_numpy(lie_inside(moved, height, width))  # (matrices, regions)

    shared = inside(between(extremes, pairs)) & inside(extremes)[pairs[:, 0]]
    return int(shared.sum(axis=1).min())
