import dataclasses

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.data.samplers import GeneratorTrainingBatches


class MasksOf:
    """Masks of which only those of some volumes may be read."""

    def __init__(self, store, ids: tuple[str, ...]) -> None:
        self.masks = store.masks
        self.allowed = {index for id in ids for index in store.volumes[id].slices}

    def __getitem__(self, indices):
        assert set(np.asarray(indices).ravel().tolist()) <= self.allowed
        return self.masks[indices]


def test_generators_learn_from_labelled_pairs_unlabelled_images_and_noise(
    tiny: Experiment, store
) -> None:
    guarded = dataclasses.replace(store, masks=MasksOf(store, ("001",)))
    settings = tiny.pretrain_augmentation
    batches = GeneratorTrainingBatches(guarded, ["001"], ["001", "002", "003"], settings, 3)
    inputs, masks = batches[7]
    assert masks.shape == (4, 32, 32)
    assert inputs["labelled"]["image"].shape == inputs["unlabelled"]["image"].shape
    assert inputs["labelled"].keys() == inputs["unlabelled"].keys() == {"image", "matrix"}
    assert inputs["noise"].shape == (4, 6) and inputs["noise"].dtype == "float32"
    again, _ = batches[7]
    assert np.array_equal(again["noise"], inputs["noise"])
    assert not np.array_equal(batches[8][0]["noise"], inputs["noise"])
