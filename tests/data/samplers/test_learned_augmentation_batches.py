import numpy as np

from dscl_tf.config import Experiment, replace
from dscl_tf.data.samplers import LabelledBatches, LearnedAugmentationBatches


def test_they_add_noise_and_leave_the_other_draws_alone(tiny: Experiment, store) -> None:
    settings = replace(tiny, {"finetune.learned_share": 0.25, "finetune.batch_size": 400}).finetune
    labelled = LabelledBatches(store, ["001"], settings, 3)
    inputs, masks = LearnedAugmentationBatches(labelled, {"deformation": 6, "intensity": 5})[2]
    plain, plain_masks = labelled[2]
    assert np.array_equal(masks, plain_masks)
    assert all(np.array_equal(inputs[key], plain[key]) for key in plain)
    assert inputs["deformation_noise"].shape == (400, 6)
    assert inputs["intensity_noise"].shape == (400, 5)
    assert abs(inputs["intensity_chosen"].mean() - 0.25) < 0.08
    assert not np.array_equal(inputs["intensity_chosen"], inputs["deformation_chosen"])
