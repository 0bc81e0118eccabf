import numpy as np
import pytest

from dscl_tf.augment import draw_augmentation
from dscl_tf.augment.draw.affine import compose
from dscl_tf.augment.draw.blur import draw_blur
from dscl_tf.augment.draw.brightness import draw_brightness
from dscl_tf.augment.draw.contrast import draw_contrast
from dscl_tf.augment.draw.gamma import draw_gamma
from dscl_tf.augment.draw.low_resolution import draw_low_resolution
from dscl_tf.augment.draw.noise import draw_noise
from dscl_tf.augment.draw.rotation import draw_rotation
from dscl_tf.augment.draw.scale import draw_scale
from dscl_tf.augment.draw.shift import draw_shift
from dscl_tf.augment.draw.stretch import draw_stretch
from dscl_tf.augment.draw.wide import draw_wide
from dscl_tf.config import Affine, Augmentation, Elastic
from dscl_tf.config import wide as settings
from dscl_tf.config.wide import Wide

NOTHING = dict.fromkeys(Wide.model_fields)
SCALARS = {
    "scale": (draw_scale, settings.Scale, (0.7, 1.35), 1.0),
    "rotation": (draw_rotation, settings.Rotation, (-np.pi / 2, np.pi / 2), 0.0),
    "brightness": (draw_brightness, settings.Brightness, (0.75, 1.25), 1.0),
    "contrast": (draw_contrast, settings.Contrast, (0.75, 1.25), 1.0),
    "low_resolution": (draw_low_resolution, settings.LowResolution, (0.5, 1.0), 1.0),
}


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def alone(**options) -> Wide:
    return Wide(**{**NOTHING, **options})


@pytest.mark.parametrize("name", SCALARS)
def test_values_fill_their_range_and_are_left_out_as_often_as_the_probability_says(name):
    draw, section, (low, high), unchanged = SCALARS[name]
    always = draw(rng(), 2000, section(probability=1))
    assert always.shape == (2000,)
    assert always.dtype == "float32"
    assert low <= always.min() < low + 0.02 * (high - low)
    assert high - 0.02 * (high - low) < always.max() <= high
    sometimes = draw(rng(), 2000, section(probability=0.3))
    assert (sometimes == unchanged).mean() == pytest.approx(0.7, abs=0.04)
    assert (draw(rng(), 20, section(probability=0)) == unchanged).all()


def test_scales_enlarge_as_often_as_they_shrink():
    scales = draw_scale(rng(), 4000, settings.Scale(probability=1, factors=(0.5, 2.0)))
    assert (scales > 1).mean() == pytest.approx(0.5, abs=0.03)


def test_a_stretch_keeps_areas():
    factors = draw_stretch(rng(), 500, settings.Stretch(probability=1, amount=0.21))
    np.testing.assert_allclose(factors.prod(axis=1), 1, rtol=1e-6)
    ratio = factors[:, 0] / factors[:, 1]
    assert 1.15 < ratio.max() < 1.21001
    assert 1 / 1.21001 < ratio.min() < 0.87


def test_shifts_are_millimetres_by_the_spacing():
    shift = draw_shift(rng(), 500, settings.Shift(probability=1, distance=10), (2.0, 5.0))
    assert 4.8 < np.abs(shift[:, 0]).max() <= 5
    assert 1.9 < np.abs(shift[:, 1]).max() <= 2


def test_noise_has_its_deviation_and_only_where_it_is_drawn():
    noise = draw_noise(rng(), 400, 16, 16, settings.Noise(probability=0.5, deviation=0.2))
    deviations = noise.std(axis=(1, 2, 3))
    assert noise.shape == (400, 16, 16, 1)
    assert (deviations == 0).mean() == pytest.approx(0.5, abs=0.08)
    assert 0.18 < deviations.max() < 0.22


def test_a_blur_is_a_normalised_gaussian_or_a_single_one():
    kernels = draw_blur(rng(), 1, settings.Blur(probability=1, sigma=(1.0, 1.0)))
    weights = np.exp(-0.5 * np.arange(-3, 4) ** 2.0)
    np.testing.assert_allclose(kernels[0], weights / weights.sum(), rtol=1e-6)
    none = draw_blur(rng(), 3, settings.Blur(probability=0))
    np.testing.assert_array_equal(none, np.tile([0, 0, 0, 1, 0, 0, 0], (3, 1)))


def test_the_negative_and_the_image_have_a_gamma_each():
    exponents = draw_gamma(rng(), 2000, settings.Gamma(probability=0.3, inverted=0.1))
    np.testing.assert_allclose((exponents != 1).mean(axis=0), [0.1, 0.3], atol=0.03)
    assert exponents.min() >= 0.7
    assert exponents.max() <= 1.5


def test_only_what_is_switched_on_is_drawn():
    assert draw_wide(rng(), 2, 8, 8, alone()) == {}
    assert set(draw_wide(rng(), 2, 8, 8, alone(stretch={}))) == {"matrix"}
    assert set(draw_wide(rng(), 2, 8, 8, alone(gamma={}, blur={}))) == {"gamma", "blur"}
    draws = draw_wide(rng(), 2, 8, 10, Wide())
    assert {name: array.shape for name, array in draws.items()} == {
        "matrix": (2, 2, 3),
        "noise": (2, 8, 10, 1),
        "blur": (2, 7),
        "brightness_factor": (2,),
        "contrast_factor": (2,),
        "low_resolution": (2,),
        "gamma": (2, 2),
    }
    assert {array.dtype.name for array in draws.values()} == {"float32"}


def test_the_map_of_nothing_drawn_is_the_identity():
    never = {"probability": 0}
    still = alone(scale=never, stretch=never, rotation=never, shift=never)
    matrix = draw_wide(rng(), 2, 8, 10, still)["matrix"]
    np.testing.assert_array_equal(matrix, np.tile(np.eye(2, 3), (2, 1, 1)))


def test_the_map_scales_about_the_centre_and_then_shifts():
    twice = {"probability": 1, "factors": (2.0, 2.0)}
    shift = {"probability": 1, "distance": 4.0}
    matrix = draw_wide(rng(), 1, 9, 9, alone(scale=twice, shift=shift), (1.0, 2.0))["matrix"][0]
    generator = rng()
    draw_scale(generator, 1, settings.Scale(**twice))
    moved = draw_shift(generator, 1, settings.Shift(**shift), (1.0, 2.0))[0]
    # The centre of the input is found where the shift has brought it.
    np.testing.assert_allclose(matrix @ [*(4 + moved), 1], [4, 4], atol=1e-5)
    np.testing.assert_allclose(matrix[:, :2], np.eye(2) / 2)


def test_wide_comes_first_and_all_maps_are_one():
    affine, wide = Affine(choices=("flip",)), alone(scale={"probability": 1})
    both = draw_augmentation(rng(), 3, 9, 9, Augmentation(affine=affine, wide=wide))
    generator = rng()
    flip = draw_augmentation(generator, 3, 9, 9, Augmentation(affine=affine))["matrix"]
    scale = draw_wide(generator, 3, 9, 9, wide)["matrix"]
    np.testing.assert_allclose(both["matrix"], compose(scale, flip), rtol=1e-6)


def test_other_draws_stay_as_they_are():
    before = Augmentation(affine=Affine(), elastic=Elastic())
    first = draw_augmentation(rng(), 5, 8, 8, before)
    second = draw_augmentation(rng(), 5, 8, 8, before.model_copy(update={"wide": alone(noise={})}))
    for name, array in first.items():
        np.testing.assert_array_equal(second[name], array)
