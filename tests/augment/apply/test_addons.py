from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.augment import dense_image_warp, rotate, translate

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "oracle" / "tfa.npz"
FILLS = {"zero": "constant", "edge": "nearest"}
IMAGE = np.arange(20, dtype="float32").reshape(1, 4, 5, 1)


@pytest.fixture(scope="module")
def tfa() -> dict[str, np.ndarray]:
    if not VECTORS.exists():
        pytest.skip(f"no vectors of tensorflow-addons: {VECTORS} is absent")
    with np.load(VECTORS) as arrays:
        return dict(arrays)


def test_dense_image_warp_equals_tfa(tfa):
    image, flow = tf.constant(tfa["image"]), tf.constant(tfa["flow"])
    with tf.GradientTape() as tape:
        tape.watch([image, flow])
        warped = dense_image_warp(image, flow)
        total = tf.reduce_sum(warped**2)
    of_image, of_flow = tape.gradient(total, [image, flow])
    np.testing.assert_allclose(warped, tfa["dense_image_warp"], atol=1e-5)
    np.testing.assert_allclose(of_image, tfa["dense_image_warp_grad_image"], atol=1e-4)
    # Where a query hits a pixel centre, the slope has a kink and either side's value will do.
    smooth = (tfa["flow"] % 1 != 0).all(axis=-1)
    expected = tfa["dense_image_warp_grad_flow"]
    np.testing.assert_allclose(of_flow.numpy()[smooth], expected[smooth], atol=1e-4)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_rotate_and_translate_equal_tfa(tfa, interpolation, fill):
    key = f"{interpolation}_{FILLS[fill]}"
    rotated = rotate(tfa["image"], tfa["angle_rad"], interpolation, fill)
    np.testing.assert_allclose(rotated, tfa[f"rotate15_{key}"], atol=1e-5)
    moved = translate(tfa["image"], tfa["translations_dxdy"], interpolation, fill)
    np.testing.assert_allclose(moved, tfa[f"translate_{key}"], atol=1e-5)


def test_rotate_equals_tfa_on_masks_and_angles_per_image(tfa):
    mask = rotate(tfa["mask"], tfa["angle_rad"], "nearest")
    np.testing.assert_array_equal(mask, tfa["rotate15_mask_nearest_constant"])
    each = rotate(tfa["image"], tfa["per_sample_angles"])
    np.testing.assert_allclose(each, tfa["rotate_per_sample_bilinear"], atol=1e-5)


def test_flow_is_where_pixels_come_from_backwards():
    flow = np.tile(np.array([1.0, -2.0], "float32"), (1, 4, 5, 1))
    rows = np.clip(np.arange(4) - 1, 0, 3)
    columns = np.clip(np.arange(5) + 2, 0, 4)
    np.testing.assert_array_equal(dense_image_warp(IMAGE, flow), IMAGE[:, rows][:, :, columns])


def test_rotate_is_counter_clockwise():
    square = IMAGE[:, :, :4]
    turned = rotate(square, np.pi / 2, fill="edge")
    np.testing.assert_allclose(turned[0, ..., 0], np.rot90(square[0, ..., 0]), atol=1e-4)


def test_translate_moves_right_and_down():
    moved = np.asarray(translate(IMAGE, np.array([2.0, 1.0])))
    np.testing.assert_array_equal(moved[:, 1:, 2:], IMAGE[:, :-1, :-2])
    assert not moved[:, 0].any()
    assert not moved[:, :, :2].any()
