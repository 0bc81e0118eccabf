"""The paper's augmentation baselines: every combination of four, each switchable alone."""

from itertools import combinations

import keras
import numpy as np
import pytest

from dscl_tf.config import Augmentation, Finetune, Mixup
from dscl_tf.data.samplers import LabelledBatches
from dscl_tf.models.augmented import mixed_images, mixed_targets

DRAWS = {
    "affine": {"matrix"},
    "elastic": {"elastic"},
    "intensity": {"brightness", "contrast"},
    "mixup": {"mixup_partners", "mixup_weight"},
}
CHOICES = [kinds for count in range(5) for kinds in combinations(DRAWS, count)]


@pytest.mark.parametrize("kinds", CHOICES, ids=lambda kinds: "+".join(kinds) or "none")
def test_every_combination_changes_what_it_says(store, kinds: tuple[str, ...]) -> None:
    settings = Finetune(
        batch_size=12,
        augmentation=Finetune(augmentation=Augmentation()).with_augmentation(kinds),
        mixup=Mixup() if "mixup" in kinds else None,
    )
    inputs, masks = LabelledBatches(store, ("001", "002"), settings, seed=1)[0]
    assert set(inputs) == {"image"}.union(*(DRAWS[kind] for kind in kinds))
    images = keras.ops.convert_to_numpy(mixed_images(inputs, None))
    targets = keras.ops.convert_to_numpy(mixed_targets(masks, inputs, 4))
    assert images.shape == inputs["image"].shape
    np.testing.assert_allclose(targets.sum(axis=-1), 1, atol=1e-6)
    assert np.allclose(images, inputs["image"], atol=1e-6) == (not kinds)
    assert np.allclose(targets, np.eye(4)[masks]) == (set(kinds) <= {"intensity"})
