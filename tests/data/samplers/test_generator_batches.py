import dataclasses

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.samplers import GeneratedBatches, GeneratorBatches, LabelledBatches


class MasksOf:
    """Masks of which only the rows of some volumes may be read."""

    def __init__(self, store, ids: tuple[str, ...]) -> None:
        self.masks = store.masks
        self.rows = {row for id in ids for row in store.volumes[id].slices}

    def __getitem__(self, rows):
        assert set(np.asarray(rows).ravel().tolist()) <= self.rows
        return self.masks[rows]


def test_generators_learn_from_labelled_pairs_unlabelled_images_and_noise(
    tiny: Experiment, store
) -> None:
    guarded = dataclasses.replace(store, masks=MasksOf(store, ("001",)))
    settings = tiny.pretrain_augmentation
    batches = GeneratorBatches(guarded, ["001"], ["001", "002", "003"], settings, 3)
    inputs, masks = batches[7]
    assert masks.shape == (4, 32, 32)
    assert inputs["labelled"]["image"].shape == inputs["unlabelled"]["image"].shape
    assert inputs["labelled"].keys() == inputs["unlabelled"].keys() == {"image", "matrix"}
    assert inputs["noise"].shape == (4, 6) and inputs["noise"].dtype == "float32"
    again, _ = batches[7]
    assert np.array_equal(again["noise"], inputs["noise"])
    assert not np.array_equal(batches[8][0]["noise"], inputs["noise"])


def test_generated_batches_add_noise_and_leave_the_other_draws_alone(
    tiny: Experiment, store
) -> None:
    settings = replace(tiny, {"finetune.learned_share": 0.25, "finetune.batch_size": 400}).finetune
    labelled = LabelledBatches(store, ["001"], settings, 3)
    inputs, masks = GeneratedBatches(labelled, {"deformation": 6, "intensity": 5})[2]
    plain, plain_masks = labelled[2]
    assert np.array_equal(masks, plain_masks)
    assert all(np.array_equal(inputs[key], plain[key]) for key in plain)
    assert inputs["deformation_noise"].shape == (400, 6)
    assert inputs["intensity_noise"].shape == (400, 5)
    assert abs(inputs["intensity_chosen"].mean() - 0.25) < 0.08
    assert not np.array_equal(inputs["intensity_chosen"], inputs["deformation_chosen"])
