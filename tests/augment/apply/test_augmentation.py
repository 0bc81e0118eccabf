import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.augment import augment_images, augment_masks, draw_augmentation
from dscl_tf.augment.apply import (
    affine_positions,
    apply_colour,
    apply_intensity,
    elastic_displacements,
    warp,
)
from dscl_tf.augment.apply.augmentation import sampling_positions
from dscl_tf.config import Affine, Augmentation, ColourJitter, Elastic, Intensity, Wide
from dscl_tf.errors import UsageError

RNG = np.random.default_rng(0)
IMAGES = RNG.random((10, 24, 20, 1)).astype("float32")
MASKS = RNG.integers(4, size=(10, 24, 20)).astype("int32")
EVERYTHING = Augmentation(
    crop=(0.8, 0.8), affine=Affine(), elastic=Elastic(), intensity=Intensity()
)


def draw(settings: Augmentation) -> dict[str, np.ndarray]:
    return draw_augmentation(np.random.default_rng(1), 10, 24, 20, settings)


def test_no_draws_change_nothing():
    np.testing.assert_array_equal(augment_images(IMAGES, {}), IMAGES)
    np.testing.assert_array_equal(augment_masks(MASKS, {}), MASKS)


def test_image_and_mask_share_one_draw():
    draws = draw(EVERYTHING)
    masks = augment_masks(MASKS, draws)
    positions = sampling_positions(24, 20, draws["matrix"], draws["elastic"])
    expected = warp(MASKS[..., None].astype("float32"), positions, "nearest")[..., 0]
    np.testing.assert_array_equal(masks, expected)
    assert masks.dtype == "int32"
    assert (np.asarray(masks) != MASKS).any(axis=(1, 2)).all()


def test_the_displacement_is_added_to_the_affine_map():
    draws = draw(EVERYTHING)
    affine = affine_positions(draws["matrix"], 24, 20)
    displaced = affine + elastic_displacements(draws["elastic"], 24, 20)
    positions = sampling_positions(24, 20, draws["matrix"], draws["elastic"])
    np.testing.assert_array_equal(positions, displaced)
    np.testing.assert_array_equal(sampling_positions(24, 20, draws["matrix"]), affine)


def test_zero_displacements_alone_change_nothing():
    np.testing.assert_array_equal(
        augment_images(IMAGES, {"elastic": np.zeros((10, 3, 3, 2))}), IMAGES
    )


def test_something_to_apply_must_be_given():
    with pytest.raises(UsageError, match="matrix, elastic: one of them must be given"):
        sampling_positions(7, 9)


def test_mask_follows_the_object_in_the_image():
    draws = draw(Augmentation(affine=Affine(), elastic=Elastic(probability=1, sigma=1.5)))
    disc = np.hypot(*np.mgrid[-12:12, -10:10]) < 7
    masks = np.tile(disc.astype("int32"), (10, 1, 1))
    images = np.asarray(augment_images(masks[..., None].astype("float32"), draws))[..., 0]
    moved = np.asarray(augment_masks(masks, draws))
    overlap = ((images > 0.5) & (moved == 1)).sum() / ((images > 0.5) | (moved == 1)).sum()
    assert overlap > 0.97


def test_intensity_leaves_masks_alone_and_clips_images():
    draws = draw(Augmentation(intensity=Intensity(brightness=2)))
    np.testing.assert_array_equal(augment_masks(MASKS, draws), MASKS)
    expected = apply_intensity(IMAGES, draws["brightness"], draws["contrast"], (0.0, 1.5))
    np.testing.assert_array_equal(augment_images(IMAGES, draws, (0.0, 1.5)), expected)
    assert np.asarray(expected).max() <= 1.5


def test_intensity_follows_the_warp():
    draws = draw(EVERYTHING)
    warped = augment_images(IMAGES, {name: draws[name] for name in ("matrix", "elastic")})
    expected = apply_intensity(warped, draws["brightness"], draws["contrast"])
    np.testing.assert_array_equal(augment_images(IMAGES, draws), expected)


def test_colour_follows_the_warp_and_is_clipped():
    draws = draw(Augmentation(crop=(0.8, 0.8), colour=ColourJitter(probability=1)))
    pictures = np.repeat(IMAGES, 3, axis=-1) * np.array([1, 0.5, 0.2], "float32")
    warped = augment_images(pictures, {"matrix": draws["matrix"]})
    expected = apply_colour(warped, draws["colour"], (0.0, 1.0))
    np.testing.assert_array_equal(augment_images(pictures, draws, (0.0, 1.0)), expected)
    np.testing.assert_array_equal(
        augment_masks(MASKS, draws), augment_masks(MASKS, {"matrix": draws["matrix"]})
    )


def test_batch_of_unknown_size_inside_a_graph():
    draws = draw(EVERYTHING)
    graph = tf.function(
        augment_images,
        input_signature=[
            tf.TensorSpec((None, 24, 20, 1)),
            {name: tf.TensorSpec((None, *array.shape[1:])) for name, array in draws.items()},
        ],
    )
    np.testing.assert_allclose(graph(IMAGES, draws), augment_images(IMAGES, draws), atol=1e-5)


def test_xla_equals_eager():
    draws = draw(EVERYTHING)
    images = tf.function(augment_images, jit_compile=True)(IMAGES, draws)
    np.testing.assert_allclose(images, augment_images(IMAGES, draws), atol=1e-5)
    masks = tf.function(augment_masks, jit_compile=True)(MASKS, draws)
    # Rounding may tip a position that lies half-way between two pixels.
    assert (np.asarray(masks) == np.asarray(augment_masks(MASKS, draws))).mean() > 0.995


def test_images_that_are_not_augmented_stay_as_they_are_whatever_their_range():
    draws = draw(EVERYTHING)
    augmented = np.arange(10) % 3 > 0
    images = 4 * IMAGES - 2  # far beyond the clip
    mixed = np.asarray(augment_images(images, {**draws, "augmented": augmented}, (0.0, 1.5)))
    np.testing.assert_array_equal(mixed[~augmented], images[~augmented])
    everything = np.asarray(augment_images(images, draws, (0.0, 1.5)))
    np.testing.assert_array_equal(mixed[augmented], everything[augmented])


def test_all_channels_share_one_draw():
    wide = Augmentation(affine=Affine(), elastic=Elastic(), intensity=Intensity(), wide=Wide())
    draws = draw(wide)
    twice = augment_images(np.concatenate([IMAGES, IMAGES], axis=-1), draws)
    once = np.asarray(augment_images(IMAGES, draws))
    np.testing.assert_allclose(twice, np.concatenate([once, once], axis=-1), atol=1e-5)
