import numpy as np

from tests.data.samplers.made import DEPTHS, labelled_batches


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
