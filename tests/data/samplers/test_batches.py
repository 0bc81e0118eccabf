import keras
import numpy as np
import pytest

from dscl_tf.config import Affine, Augmentation, Finetune, Intensity, PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, LabelledBatches, LocalBatches
from dscl_tf.errors import DataError
from dscl_tf.losses.strategies import strategy_masks
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

DEPTHS = [7, 9, 6, 12]
IDS = ["0", "1", "2", "3"]


def global_batches(depths=DEPTHS, ids=IDS, seed=1, **settings) -> GlobalBatches:
    stage = PretrainGlobal(**settings)
    return GlobalBatches(FakeStore(depths), ids, stage, seed, stage.partitions)


def labelled_batches(ids=IDS, **settings) -> LabelledBatches:
    return LabelledBatches(LabelledFakeStore(DEPTHS), ids, Finetune(**settings), seed=1)


def equal(one, other) -> bool:
    (inputs, target), (other_inputs, other_target) = one, other
    return (
        inputs.keys() == other_inputs.keys()
        and all(np.array_equal(inputs[key], other_inputs[key]) for key in inputs)
        and np.array_equal(target, other_target)
    )


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    batches = global_batches()
    iterated = batches.iterate(5)
    assert equal(next(iterated), global_batches()[5])
    assert equal(next(iterated), batches[6])
    assert not equal(batches[5], batches[6])
    assert not equal(batches[5], global_batches(seed=2)[5])


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


def test_local_pairs_are_the_two_views_of_a_slice() -> None:
    batches = LocalBatches(FakeStore(DEPTHS), IDS, PretrainLocal(batch_size=8), seed=1)
    inputs, pairs = batches[0]
    assert pairs.dtype == "int32"
    assert pairs.tolist() == [[0, 4], [1, 5], [2, 6], [3, 7], [4, 0], [5, 1], [6, 2], [7, 3]]
    slices = inputs["image"][:, 0, 0, 0]
    assert np.array_equal(slices[pairs[:, 0]], slices[pairs[:, 1]])
    assert len(set(slices)) == 4
    assert set(inputs) == {"image", "brightness", "contrast"}


def test_masks_belong_to_their_images() -> None:
    inputs, masks = labelled_batches(batch_size=50)[3]
    assert (masks.shape, masks.dtype) == ((50, 4, 4), "uint8")
    assert np.array_equal(inputs["image"][..., 0], masks)
    drawn = np.bincount(masks[:, 0, 0], minlength=sum(DEPTHS))
    assert (drawn.min(), drawn.max()) == (1, 2)


def test_only_the_volumes_that_are_named_are_drawn() -> None:
    _, masks = labelled_batches(ids=["1"], batch_size=30)[0]
    assert set(masks.flat) == set(range(7, 16))


def test_mixup_arrays_come_only_with_mixup() -> None:
    plain, _ = labelled_batches()[0]
    assert not any(name.startswith("mixup") for name in plain)
    mixed, masks = labelled_batches(mixup={})[0]
    assert mixed["mixup_partners"].shape == (40, 2)
    assert mixed["mixup_weight"].shape == (40,)
    assert len(masks) == 40


def test_only_what_is_switched_on_is_drawn() -> None:
    settings = Augmentation(affine=Affine(), intensity=Intensity())
    inputs, _ = labelled_batches(augmentation=settings)[0]
    assert set(inputs) == {"image", "matrix", "brightness", "contrast"}


def local_batches(depths=DEPTHS, ids=IDS, original=False, **settings) -> LocalBatches:
    stage = PretrainLocal(**settings)
    return LocalBatches(FakeStore(depths), ids, stage, 1, stage.partitions_sampled, original)


@pytest.mark.parametrize("original", [False, True])
@pytest.mark.parametrize(("partitions", "batch_size"), [(4, 24), (3, 40), (4, 40), (2, 8)])
def test_pairs_across_volumes_show_one_partition(
    partitions: int, batch_size: int, original: bool
) -> None:
    batches = local_batches(
        strategy="LD", partitions=partitions, batch_size=batch_size, original=original
    )
    starts, depths = np.cumsum([0, *DEPTHS[:-1]]), np.array(DEPTHS)
    for step in range(5):
        inputs, pairs = batches[step]
        slices = inputs["image"][:, 0, 0, 0].astype(int)
        half = batch_size // 2
        assert np.array_equal(slices[:half], slices[half:])
        volumes = np.searchsorted(starts, slices, side="right") - 1
        parts = (slices - starts[volumes]) * partitions // depths[volumes]
        assert pairs.dtype == "int32"
        assert len(pairs) == half * (3 if original else 6)
        first, second = pairs.T
        assert (parts[first] == parts[second]).all()
        across = slices[first] != slices[second]
        assert (volumes[first] != volumes[second])[across].all()
        assert len(set(first)) == (half if original else batch_size)


def test_across_volumes_every_slice_is_sampled_and_two_volumes_are_needed() -> None:
    batches = local_batches(strategy="LD", batch_size=16)
    seen = {int(value) for step in range(100) for value in batches[step][0]["image"][:, 0, 0, 0]}
    assert seen == set(range(sum(DEPTHS)))
    with pytest.raises(DataError, match="two volumes or more"):
        local_batches(ids=["1"], strategy="LD")[0]


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_the_first_view_can_be_the_slice_itself(strategy: str) -> None:
    inputs, target = global_batches(strategy=strategy, first_view="original")[0]
    assert np.array_equal(inputs["augmented"], target[:, 3] == 1)
    assert "augmented" not in global_batches(strategy=strategy)[0][0]


def test_original_batches_share_intensity_within_a_view() -> None:
    stage = PretrainGlobal()
    batches = GlobalBatches(FakeStore(DEPTHS), IDS, stage, 1, stage.partitions, original=True)
    for inputs, _ in (batches[0], local_batches(original=True, batch_size=40)[0]):
        for name in ("brightness", "contrast"):
            first, second = inputs[name][:20], inputs[name][20:]
            assert len(set(first)) == len(set(second)) == 1
            assert first[0] != second[0]
    inputs, _ = batches[0]
    assert len(np.unique(inputs["matrix"], axis=0)) == 40
    assert inputs["augmented"].tolist() == [False] * 20 + [True] * 20


@pytest.mark.parametrize("strategy", ["GR", "GD-"])
def test_only_gd_of_the_original_code_has_an_original_first_view(strategy: str) -> None:
    stage = PretrainGlobal(strategy=strategy)
    batches = GlobalBatches(FakeStore(DEPTHS), IDS, stage, 1, stage.partitions, original=True)
    assert "augmented" not in batches[0][0]
