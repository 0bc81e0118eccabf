import keras
import numpy as np
import pytest

from dscl_tf.config import PretrainGlobal
from dscl_tf.data.samplers import GlobalBatches
from dscl_tf.errors import DataError
from dscl_tf.losses.strategies import POSITION_UNITS, strategy_masks
from tests.data.samplers.fakes import FakeStore
from tests.data.samplers.made import DEPTHS, IDS, global_batches


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_global_labels_say_which_slice_stands_where(strategy: str) -> None:
    inputs, target = global_batches(strategy=strategy)[0]
    assert inputs["image"].shape == (40, 4, 4, 1)
    assert target.dtype == "int32"
    slices, volumes, partitions, views = target.T
    assert np.array_equal(inputs["image"][:, 0, 0, 0], slices)
    ends = np.cumsum(DEPTHS)
    assert np.array_equal(volumes, np.searchsorted(ends, slices, side="right"))
    inside = slices - np.array([0, *ends])[volumes]
    assert np.array_equal(partitions, inside * 4 // np.array(DEPTHS)[volumes])
    assert views.tolist() == [0] * 20 + [1] * 20


def test_the_two_views_show_one_slice_under_different_draws() -> None:
    inputs, target = global_batches()[0]
    assert np.array_equal(target[:20, :3], target[20:, :3])
    assert np.array_equal(inputs["image"][:20], inputs["image"][20:])
    for name in ("matrix", "brightness", "contrast"):
        assert len(np.unique(inputs[name], axis=0)) == 40


@pytest.mark.parametrize(
    ("partitions", "batch_size"), [(3, 12), (3, 40), (4, 40), (4, 450), (6, 50)]
)
def test_positive_pairs_are_views_or_join_different_volumes(
    partitions: int, batch_size: int
) -> None:
    batches = global_batches(partitions=partitions, batch_size=batch_size)
    for step in range(5):
        _, target = batches[step]
        assert len(target) == batch_size
        positives, negatives = (
            keras.ops.convert_to_numpy(mask) for mask in strategy_masks("GD", target)
        )
        first, second = np.nonzero(positives)
        across = target[first, 3] == target[second, 3]
        assert across.any()
        assert (target[first, 1] != target[second, 1])[across].all()
        assert (target[first, 2] == target[second, 2]).all()
        assert negatives.any(axis=1).all()


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_every_slice_is_sampled_in_the_long_run(strategy: str) -> None:
    batches = global_batches(strategy=strategy, batch_size=16)
    seen = {int(label) for step in range(100) for label in batches[step][1][:, 0]}
    assert seen == set(range(sum(DEPTHS)))


def test_too_few_slices_or_volumes_are_errors() -> None:
    with pytest.raises(DataError, match="needs 20 different slices"):
        global_batches(depths=[8, 8], ids=["0", "1"], strategy="GR")[0]
    with pytest.raises(DataError, match="two volumes or more"):
        global_batches(ids=["1"])[0]
    with pytest.raises(DataError, match="volume 2: has 6 slices, fewer than the 7 partitions"):
        global_batches(partitions=7)


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_the_first_view_can_be_the_slice_itself(strategy: str) -> None:
    inputs, target = global_batches(strategy=strategy, first_view="original")[0]
    assert np.array_equal(inputs["augmented"], target[:, 3] == 1)
    assert "augmented" not in global_batches(strategy=strategy)[0][0]


@pytest.mark.parametrize("strategy", ["GR", "GD-"])
def test_only_gd_of_the_original_code_has_an_original_first_view(strategy: str) -> None:
    stage = PretrainGlobal(strategy=strategy)
    batches = GlobalBatches(FakeStore(DEPTHS), IDS, stage, 1, stage.partitions, original=True)
    assert "augmented" not in batches[0][0]


def test_pcl_labels_say_where_in_its_volume_a_slice_lies() -> None:
    _, target = global_batches(strategy="PCL")[0]
    slices, volumes, _, views, positions = target.T
    starts, depths = np.array([0, *np.cumsum(DEPTHS)]), np.array(DEPTHS)
    middle = (slices - starts[volumes] + 0.5) / depths[volumes]
    assert np.array_equal(positions, np.round(middle * POSITION_UNITS).astype(int))
    assert len(set(zip(slices, views, strict=True))) == 40  # different slices, twice each


def test_thresholds_that_leave_no_pair_are_errors() -> None:
    with pytest.raises(DataError, match=r"attract_below: must be above .* 0\.125, got 0\.1"):
        global_batches([8], ["0"], strategy="PCL", batch_size=8)
    with pytest.raises(DataError, match=r"must be at most .* 0\.875, got 0\.9"):
        global_batches([8], ["0"], strategy="PCL", batch_size=8, attract_below=0.2, repel_from=0.9)
