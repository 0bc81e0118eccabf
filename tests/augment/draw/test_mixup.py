import numpy as np

from dscl_tf.augment import draw_mixup


def test_partners_are_images_of_the_batch():
    partners, _ = draw_mixup(np.random.default_rng(0), 200, 7, 0.1)
    assert partners.shape == (200, 2)
    assert partners.dtype == "int32"
    assert set(partners[:, 0].tolist()) == set(partners[:, 1].tolist()) == set(range(7))
    assert (partners[:, 0] != partners[:, 1]).any()


def test_weights_follow_the_beta_distribution():
    _, weight = draw_mixup(np.random.default_rng(0), 5000, 4, 2.0)
    # Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)).
    np.testing.assert_allclose([weight.mean(), weight.var()], [0.5, 1 / 20], atol=0.01)
    _, extreme = draw_mixup(np.random.default_rng(0), 5000, 4, 0.1)
    np.testing.assert_allclose(extreme.var(), 1 / 4.8, atol=0.01)
