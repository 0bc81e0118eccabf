import numpy as np
import pytest

from dscl_tf.augment import apply_mixup
from dscl_tf.errors import UsageError

VALUES = np.array([[0.0, 4], [8, 12], [16, 20]], "float32").reshape(3, 1, 2, 1)


def test_images_by_hand():
    partners = np.array([[0, 1], [2, 2]], "int32")
    mixed = apply_mixup(VALUES, partners, np.array([0.25, 0.3], "float32"))
    # 0.25 of image 0 and 0.75 of image 1; an image mixed with itself stays
    expected = np.array([[6.0, 10], [16, 20]]).reshape(2, 1, 2, 1)
    np.testing.assert_allclose(mixed, expected, rtol=1e-6)


def test_mixed_one_hot_masks_still_sum_to_one():
    one_hot = np.eye(4, dtype="float32")[np.arange(12).reshape(3, 2, 2) % 4]
    partners = np.array([[0, 1], [1, 2], [2, 0]], "int32")
    mixed = apply_mixup(one_hot, partners, np.array([0.1, 0.5, 1.0], "float32"))
    np.testing.assert_allclose(np.asarray(mixed).sum(axis=-1), 1, rtol=1e-6)


def test_integer_labels_cannot_be_mixed():
    with pytest.raises(UsageError, match=r"must be floating \(labels one-hot\), got int32"):
        apply_mixup(VALUES.astype("int32"), np.array([[0, 1]]), np.array([0.5]))
