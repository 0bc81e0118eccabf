import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.losses.masked import masked_dice_cross_entropy
from dscl_tf.models import weights_of
from dscl_tf.models.large_components import keep_large_components
from dscl_tf.models.mean_teacher import MeanTeacherSegmentation
from dscl_tf.models.precision import precision
from dscl_tf.runs.networks import segmentation_network

RNG = np.random.default_rng(0)
BOX = np.array([[4, 8, 16, 12], [0, 0, 20, 20]], "int32")
IMAGES, OTHERS = RNG.random((2, 2, 32, 32, 1)).astype("float32")
MASKS = RNG.integers(4, size=(2, 32, 32)).astype("uint8")


def inputs(decay: float = 0.5, weight: float = 0.5, box: np.ndarray = BOX) -> dict:
    return {
        "labelled": {"image": IMAGES},
        "unlabelled": {"image": OTHERS},
        "box": box,
        "decay": np.full(2, decay, "float32"),
        "weight": np.full(2, weight, "float32"),
    }


def first_inputs() -> dict:
    """What a batch of the first phase holds: labelled images, which paste among themselves."""
    return {
        "labelled": {"image": IMAGES},
        "partner": np.array([1, 0], "int32"),
        "box": BOX,
        "decay": np.zeros(2, "float32"),
    }


@pytest.fixture
def model(tiny: Experiment) -> MeanTeacherSegmentation:
    return MeanTeacherSegmentation(segmentation_network(tiny), segmentation_network(tiny))


def pasted(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    result = values.copy()
    for i, (top, left, height, width) in enumerate(BOX):
        place = (i, slice(top, top + height), slice(left, left + width))
        result[place] = others[place]
    return result


def test_the_teacher_starts_as_the_student_and_is_not_trained(model) -> None:
    teacher, student = weights_of(model.network), weights_of(model.student)
    for path, array in teacher.items():
        np.testing.assert_array_equal(array, student[path])
    trained = {id(variable) for variable in model.trainable_variables}
    assert trained == {id(variable) for variable in model.student.trainable_variables}


def test_the_teacher_moves_towards_the_student_with_its_statistics(model) -> None:
    start = weights_of(model.network)
    for variable in model.student.variables:
        variable.assign(variable + 1)
    outputs = model(inputs())
    model.compute_loss(inputs(decay=0.75), MASKS, outputs)
    for path, array in weights_of(model.network).items():
        np.testing.assert_allclose(array, start[path] + 0.25, atol=1e-6)
    moved = weights_of(model.network)
    model.compute_loss(inputs(), MASKS, outputs, training=False)
    for path, array in weights_of(model.network).items():
        np.testing.assert_array_equal(array, moved[path])


def test_the_student_sees_both_composites(model) -> None:
    logits = model(inputs())["logits"]
    seen = np.concatenate([pasted(IMAGES, OTHERS), pasted(OTHERS, IMAGES)])
    np.testing.assert_allclose(logits, model.student(seen), atol=1e-5)


def test_the_teacher_labels_the_unlabelled_images_unpasted(model) -> None:
    outputs = model(inputs())
    expected = np.asarray(model.network(OTHERS)).argmax(axis=-1)
    np.testing.assert_array_equal(np.argmax(outputs["pseudo"], axis=-1), expected)
    assert np.asarray(outputs["sure"]).all()


def test_the_loss_is_that_of_given_and_taught_pixels(model) -> None:
    outputs = model(inputs())
    labels, pseudo = np.eye(4, dtype="float32")[MASKS], np.asarray(outputs["pseudo"])
    targets = np.concatenate([pasted(labels, pseudo), pasted(pseudo, labels)])
    zeros, ones = np.zeros((2, 32, 32, 1), bool), np.ones((2, 32, 32, 1), bool)
    given = np.concatenate([pasted(ones, zeros), pasted(zeros, ones)])
    expected = masked_dice_cross_entropy(outputs["logits"], targets, given)
    expected += 0.25 * masked_dice_cross_entropy(outputs["logits"], targets, ~given)
    loss = model.compute_loss(inputs(weight=0.25), MASKS, outputs)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_unsure_pixels_of_the_teacher_are_left_out(tiny: Experiment) -> None:
    networks = segmentation_network(tiny), segmentation_network(tiny)
    strict = MeanTeacherSegmentation(*networks, threshold=1.0)
    outputs = strict(inputs())
    assert not np.asarray(outputs["sure"]).any()
    outputs["pseudo"] = np.zeros_like(outputs["pseudo"])  # which no loss may then look at
    given = strict.compute_loss(inputs(weight=0.0), MASKS, outputs)
    assert np.isfinite(float(given))


def test_image_and_mask_move_together_before_they_are_pasted(model) -> None:
    flip = np.tile(np.array([[1, 0, 0], [0, -1, 31]], "float32"), (2, 1, 1))
    flipped = inputs()
    flipped["labelled"] = {"image": IMAGES, "matrix": flip, "brightness_factor": np.ones(2)}
    outputs = model(flipped)
    seen = pasted(IMAGES[:, :, ::-1], OTHERS)
    np.testing.assert_allclose(outputs["logits"][:2], model.student(seen), atol=1e-4)
    ours = model.compute_loss(flipped, MASKS, outputs)
    plain = {**inputs(), "labelled": {"image": IMAGES[:, :, ::-1]}}
    theirs = model.compute_loss(plain, MASKS[:, :, ::-1], outputs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_labelled_images_paste_among_themselves(model) -> None:
    first = first_inputs()
    outputs = model(first)
    np.testing.assert_allclose(
        outputs["logits"], model.student(pasted(IMAGES, IMAGES[::-1])), atol=1e-5
    )
    labels = np.eye(4, dtype="float32")[MASKS]
    everywhere = np.ones((2, 32, 32, 1), bool)
    expected = masked_dice_cross_entropy(
        outputs["logits"], pasted(labels, labels[::-1]), everywhere
    )
    np.testing.assert_allclose(model.compute_loss(first, MASKS, outputs), expected, rtol=1e-5)


def test_the_share_of_each_class_is_reported(model) -> None:
    outputs = model(inputs())
    model.compute_loss(inputs(), MASKS, outputs)
    shares = {metric.name: float(metric.result()) for metric in model.shares}
    expected = np.asarray(outputs["pseudo"]).mean(axis=(0, 1, 2))[1:]
    assert list(shares) == ["pseudo_share_1", "pseudo_share_2", "pseudo_share_3"]
    np.testing.assert_allclose(list(shares.values()), expected, atol=1e-6)


def test_the_teachers_labels_lose_their_small_components(tiny: Experiment) -> None:
    networks = segmentation_network(tiny), segmentation_network(tiny)
    outputs = MeanTeacherSegmentation(*networks, large=1.0)(inputs())
    plain = MeanTeacherSegmentation(*networks)(inputs())["pseudo"]
    expected = keep_large_components(plain, 1.0)
    np.testing.assert_array_equal(outputs["pseudo"], expected)
    assert not np.array_equal(plain, expected)


def test_a_16_bit_policy_does_not_round_the_teacher(tiny: Experiment) -> None:
    with precision("mixed_bfloat16"):
        model = MeanTeacherSegmentation(segmentation_network(tiny), segmentation_network(tiny))
    kernel = model.student.trainable_variables[0]
    kernel.assign(kernel + 1e-4)
    outputs = model(inputs(), training=True)
    model.compute_loss(inputs(decay=0.0), MASKS, outputs)
    followed = weights_of(model.network)[kernel.path]
    np.testing.assert_array_equal(followed, weights_of(model.student)[kernel.path])
