import keras
import numpy as np
import pytest

from dscl_tf.losses import DiceLoss, RestorationLoss
from dscl_tf.models.augmented import (
    AugmentedHalves,
    AugmentedModel,
    AugmentedRestoration,
    AugmentedSegmentation,
)
from dscl_tf.models.precision import precision

FLIP = [[1, 0, 0], [0, -1, 7]]  # left-right, of 8 columns
KEEP = [[1, 0, 0], [0, 1, 0]]
SHIFT = [[1, 0, 0.3], [0, 1, 2.7]]


def pixelwise_network() -> keras.Model:
    """Logits (x, 2x, -x) of each pixel x."""
    image = keras.Input((8, 8, 1))
    layer = keras.layers.Conv2D(3, 1, use_bias=False)
    model = keras.Model(image, layer(image), name="pixelwise")
    layer.kernel.assign(np.array([1, 2, -1]).reshape(1, 1, 1, 3))
    return model


def batch() -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(0)
    inputs = {
        "image": rng.normal(size=(2, 8, 8, 1)).astype("float32"),
        "matrix": np.array([FLIP, KEEP], "float32"),
        "brightness": np.array([0.5, 0], "float32"),
        "contrast": np.array([1, 1], "float32"),
    }
    return inputs, rng.integers(0, 3, (2, 8, 8)).astype("uint8")


def dice_loss(logits: np.ndarray, targets: np.ndarray) -> float:
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    overlap = (probabilities * targets).sum(axis=(1, 2))
    return float(1 - np.mean(2 * overlap / (probabilities + targets).sum(axis=(1, 2))))


@pytest.mark.parametrize("mixed", [False, True])
def test_image_and_mask_are_warped_and_mixed_alike(mixed: bool) -> None:
    inputs, masks = batch()
    images = np.stack([inputs["image"][0, :, ::-1] + 0.5, inputs["image"][1]])
    targets = np.eye(3)[np.stack([masks[0, :, ::-1], masks[1]])]
    if mixed:
        inputs["mixup_partners"] = np.array([[0, 1], [1, 1]], "int32")
        inputs["mixup_weight"] = np.array([0.3, 0.8], "float32")
        images, targets = (
            np.stack([0.3 * values[0] + 0.7 * values[1], values[1]]) for values in (images, targets)
        )
    model = AugmentedSegmentation(pixelwise_network())
    model.compile("sgd", DiceLoss())
    logits = model(inputs)
    expected = images * np.array([1, 2, -1])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(logits), expected, atol=1e-5)
    loss = float(model.compute_loss(inputs, masks, logits))
    assert loss == pytest.approx(dice_loss(expected, targets), abs=1e-5)


def test_intensities_are_clipped_where_the_stage_says() -> None:
    inputs, _ = batch()
    unclipped, clipped = (
        keras.ops.convert_to_numpy(AugmentedModel(pixelwise_network(), clip)(inputs))
        for clip in (None, (0.0, 1.5))
    )
    np.testing.assert_allclose(clipped[..., 0], np.clip(unclipped[..., 0], 0, 1.5), atol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_a_low_precision_policy_moves_no_pixel(policy: str) -> None:
    image = keras.Input((64, 64, 1))
    column = np.tile(np.arange(64, dtype="float32")[None, None, :, None], (1, 64, 1, 1))
    inputs = {"image": column, "matrix": np.array([SHIFT], "float32")}
    with precision(policy):
        network = keras.Model(image, keras.layers.Activation("linear", dtype="float32")(image))
        shifted = keras.ops.convert_to_numpy(AugmentedModel(network)(inputs))[0, :60, :60, 0]
    np.testing.assert_allclose(shifted, column[0, :60, :60, 0] + 2.7, atol=1e-4)


def test_each_half_has_its_own_draws_and_clip() -> None:
    inputs, _ = batch()
    plain = {"image": inputs["image"] * 3, "contrast": np.ones(2), "brightness": np.ones(2)}
    model = AugmentedHalves(pixelwise_network(), {"local": None, "global": (0.0, 1.5)})
    output = keras.ops.convert_to_numpy(model({"global": inputs, "local": plain}))[..., :1]
    np.testing.assert_allclose(output[:2], plain["image"] + 1, atol=1e-5)
    flipped = np.stack([inputs["image"][0, :, ::-1] + 0.5, inputs["image"][1]])
    np.testing.assert_allclose(output[2:], np.clip(flipped, 0, 1.5), atol=1e-5)


def test_restoration_corrupts_the_augmented_image_and_compares_with_it() -> None:
    inputs, _ = batch()
    inputs["box"] = np.array([[1, 2, 3, 4], [0, 0, 8, 1]], "int32")
    image = keras.Input((8, 8, 1))
    unchanged = keras.Model(image, keras.layers.Activation("linear")(image), name="unchanged")
    model = AugmentedRestoration(unchanged)
    model.compile("sgd", RestorationLoss())
    augmented = np.stack([inputs["image"][0, :, ::-1] + 0.5, inputs["image"][1]])
    boxes = augmented[0, 1:4, 2:6].copy(), augmented[1, :, :1].copy()
    blanked = augmented.copy()
    blanked[0, 1:4, 2:6] = blanked[1, :, :1] = 0
    output = model(inputs)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(output), blanked, atol=1e-5)
    expected = np.mean([np.mean(box**2) for box in boxes])
    loss = float(model.compute_loss(inputs, inputs["image"], output))
    assert loss == pytest.approx(expected, abs=1e-5)
