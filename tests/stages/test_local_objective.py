import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.data.samplers.region_pairs import across_volumes_one_way
from dscl_tf.errors import UsageError
from dscl_tf.losses import cut_regions
from dscl_tf.stages.local_objective import local_objective
from tests.losses.gradients import oracle

# A map of 16 x 16 after block 3, as the vectors of the original code have it.
PHANTOM = {"model.filters": [8, 8, 8, 8, 8, 8], "data.grid": [64, 64]}


def phantom(**local: object) -> Experiment:
    changes = {f"pretrain_local.{key}": value for key, value in local.items()}
    return replace(load_config("phantom"), {**PHANTOM, **changes})


def test_negatives_are_the_nearest_regions() -> None:
    config = replace(phantom(regions=5, region_size=1, negatives=2), {"data.grid": [32, 64]})
    corners, loss = local_objective(config)
    assert corners.tolist() == [[0, 0], [0, 15], [7, 0], [7, 15], [3, 7]]
    assert loss.anchors.tolist() == [0, 1, 2, 3, 4]
    # from (3, 7) to the corners: 58, 73, 65, 80; from (0, 0): 225, 49, 274, 58
    assert loss.negatives[[0, 4]].tolist() == [[2, 4], [0, 2]]


@pytest.mark.parametrize("name", ["LR_1_3", "LR_3_3", "LD_1_3", "LD_3_3"])
def test_with_compat_the_loss_is_that_of_the_original_code(name: str) -> None:
    """Pairs, regions, negatives and value, all as a run with `compat: original` has them."""
    case = oracle(f"local_{name}")
    strategy, size = name[:2], int(case["region_size"])
    config = replace(phantom(strategy=strategy, region_size=size), {"compat": "original"})
    corners, loss = local_objective(config)
    rows = len(case["features"])
    if strategy == "LR":
        pairs, scale = np.array([[row, row ^ 1] for row in range(rows)]), 1.0
    else:
        pairs = across_volumes_one_way(np.repeat([0, 1, 2], 4), np.tile([0, 1, 2, 3], 3))
        pairs = pairs[pairs[:, 0] < 3]  # the vectors sum the first three anchors only
        scale = len(pairs) / rows
    regions = cut_regions(case["features"], corners, size)
    regions = keras.ops.reshape(regions, (rows, len(corners), -1))
    if "projection" in case:
        regions = keras.ops.matmul(regions, case["projection"])
    value = scale * keras.ops.convert_to_numpy(loss(pairs, regions))
    np.testing.assert_allclose(value, case["loss"], rtol=1e-4)


def test_compat_names_what_it_has_no_lists_for() -> None:
    with pytest.raises(UsageError, match="13 regions of 1 x 1 or 3 x 3, got 9 regions of 3 x 3"):
        local_objective(replace(phantom(regions=9), {"compat": "original"}))
