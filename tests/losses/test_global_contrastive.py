import json

import keras
import numpy as np
import pytest

from dscl_tf.errors import UsageError
from dscl_tf.losses import GlobalContrastiveLoss, contrastive_loss
from dscl_tf.losses.strategies import strategy_masks
from tests.losses.values import LABELS

EMBEDDINGS = np.random.default_rng(1).normal(size=(12, 8)).astype("float32")


@pytest.mark.parametrize("strategy", ["GR", "GD-", "GD"])
def test_is_the_kernel_over_the_strategy_s_masks(strategy):
    positives, negatives = map(np.asarray, strategy_masks(strategy, LABELS))
    expected = contrastive_loss(EMBEDDINGS, positives, negatives, 0.2)
    loss = GlobalContrastiveLoss(strategy, temperature=0.2)(LABELS, EMBEDDINGS)
    assert float(loss) == float(expected)


def test_large_labels_survive_the_cast_to_float():
    large = LABELS + np.array([2**24 - 8, 0, 0, 0], "int32")
    loss = GlobalContrastiveLoss("GR")
    assert float(loss(large, EMBEDDINGS)) == float(loss(LABELS, EMBEDDINGS))


def test_config_round_trip():
    loss = GlobalContrastiveLoss("GD-", temperature=0.3, name="mine")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert isinstance(again, GlobalContrastiveLoss)
    assert (again.strategy, again.temperature, again.name) == ("GD-", 0.3, "mine")


def test_pcl_keeps_its_thresholds():
    loss = GlobalContrastiveLoss("PCL", thresholds=(0.2, 0.4))
    config = keras.saving.serialize_keras_object(loss)
    again = keras.saving.deserialize_keras_object(json.loads(json.dumps(config)))
    labels = np.column_stack([LABELS, np.arange(12) * 80_000])
    assert float(again(labels, EMBEDDINGS)) == float(loss(labels, EMBEDDINGS))
    assert float(loss(labels, EMBEDDINGS)) != float(
        GlobalContrastiveLoss("PCL")(labels, EMBEDDINGS)
    )
    with pytest.raises(UsageError, match=r"thresholds: only PCL has them, got .* with GD"):
        GlobalContrastiveLoss("GD", thresholds=(0.2, 0.4))


def test_trains_a_model_compiled_by_xla():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
    model.compile("adam", GlobalContrastiveLoss("GD"), jit_compile=True)
    features = np.random.default_rng(2).normal(size=(12, 4)).astype("float32")
    before = float(model.train_on_batch(features, LABELS))
    for _ in range(20):
        after = float(model.train_on_batch(features, LABELS))
    expected = model.loss(LABELS, model.predict_on_batch(features))
    assert float(expected) < after < before


def test_arguments_are_checked():
    with pytest.raises(UsageError, match="strategy: must be one of"):
        GlobalContrastiveLoss("global")
    with pytest.raises(UsageError, match="temperature: must be above 0, got 0"):
        GlobalContrastiveLoss("GR", temperature=0)
