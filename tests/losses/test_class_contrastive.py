import json

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.errors import UsageError
from dscl_tf.losses import ClassContrastiveLoss, class_contrastive_loss


def batch(seed: int, images: int = 4, classes: int = 3):
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=(images, 2, 3))
    labels[1][labels[1] == 2] = 0  # an image without class 2
    return rng.normal(size=(images, 2, 3, 5)), np.eye(classes)[labels]


def slow_loss(embeddings, targets, temperature: float) -> float:
    """Loops over images, classes, positives and pixels."""

    def unit(vector):
        return vector / np.linalg.norm(vector)

    def mean(image: int, label: int):
        weights = targets[image, ..., label]
        if not weights.sum():
            return None
        vectors = embeddings[image] / np.linalg.norm(embeddings[image], axis=-1, keepdims=True)
        return unit((vectors * weights[..., None]).sum(axis=(0, 1)))

    count, classes = len(embeddings), targets.shape[-1]
    values = []
    for image in range(count):
        both = (image, (image + count // 2) % count)
        for label in range(1, classes):
            for other in both:
                if mean(image, label) is None or mean(other, label) is None:
                    continue
                negatives = [mean(one, n) for one in both for n in range(classes) if n != label]
                terms, weights = [], []
                for place in np.ndindex(*embeddings.shape[1:3]):
                    vector = unit(embeddings[image][place])
                    positive = np.exp(vector @ mean(other, label) / temperature)
                    total = positive + sum(
                        np.exp(vector @ n / temperature) for n in negatives if n is not None
                    )
                    terms.append(-np.log(positive / total))
                    weights.append(targets[image][place][label])
                values.append(np.average(terms, weights=weights))
    return float(np.mean(values))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16), st.sampled_from([1, 2, 3, 4]))
def test_is_the_definition_term_by_term(seed: int, images: int) -> None:
    embeddings, targets = batch(seed, max(images, 2))
    loss = class_contrastive_loss(embeddings, targets, 0.5)
    np.testing.assert_allclose(loss, slow_loss(embeddings, targets, 0.5), rtol=1e-5)


def test_soft_targets_weigh_pixels() -> None:
    embeddings, targets = batch(3)
    targets = 0.7 * targets + 0.3 * targets[::-1]
    loss = class_contrastive_loss(embeddings, targets, 0.5)
    np.testing.assert_allclose(loss, slow_loss(embeddings, targets, 0.5), rtol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**16), st.floats(0.1, 10))
def test_neither_lengths_nor_the_order_of_pixels_nor_names_of_classes_matter(
    seed: int, scale: float
) -> None:
    embeddings, targets = batch(seed)
    loss = float(class_contrastive_loss(embeddings, targets, 0.5))
    flipped = class_contrastive_loss(scale * embeddings[:, :, ::-1], targets[:, :, ::-1], 0.5)
    renamed = class_contrastive_loss(embeddings, targets[..., [0, 2, 1]], 0.5)
    np.testing.assert_allclose([flipped, renamed], loss, rtol=1e-4)


def test_equal_embeddings_by_hand() -> None:
    targets = np.eye(3)[np.array([[[0, 1, 2]], [[0, 1, 1]]])]  # the second image lacks class 2
    loss = class_contrastive_loss(np.ones((2, 1, 3, 4)), targets, 0.1)
    # Class 1 has two positives in each image, with 3 negatives; class 2 one, with 4.
    np.testing.assert_allclose(loss, (4 * np.log(4) + np.log(5)) / 5, rtol=1e-6)


def test_background_alone_costs_nothing() -> None:
    targets = np.eye(2)[np.zeros((2, 1, 3), int)]
    assert float(class_contrastive_loss(np.ones((2, 1, 3, 4)), targets, 0.1)) == 0


def test_arguments_are_kept_and_checked() -> None:
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(ClassContrastiveLoss(0.3))))
    assert keras.saving.deserialize_keras_object(config).temperature == 0.3
    with pytest.raises(UsageError, match="temperature: must be above 0, got 0"):
        ClassContrastiveLoss(0)
