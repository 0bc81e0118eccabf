import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.models import discriminator_network


def test_it_scores_each_row_by_itself(tiny: Experiment) -> None:
    network = discriminator_network(replace(tiny, {"finetune.adversarial": {"filters": [4, 8]}}))
    judged = np.random.default_rng(0).normal(size=(6, 32, 32, 5)).astype("float32")
    scores = network.predict_on_batch(judged)
    assert scores.shape == (6, 1)
    assert scores[:2] == pytest.approx(network.predict_on_batch(judged[:2]), rel=1e-4)
    assert len(np.unique(scores)) == 6
    assert all(weight.path.startswith("discriminator_") for weight in network.weights)
