import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.losses import ClassContrastiveLoss, class_contrastive_loss
from dscl_tf.models import pixel_head, weights_of
from dscl_tf.models.contrasting_teacher import ContrastingTeacher
from dscl_tf.models.mean_teacher import MeanTeacherSegmentation
from dscl_tf.models.pixel_embedding import FEATURES
from dscl_tf.runs.networks import segmentation_network
from tests.models.test_mean_teacher import MASKS, first_inputs, inputs, pasted


def contrasting(config: Experiment, weight: float = 0.5, **options) -> ContrastingTeacher:
    student, teacher = segmentation_network(config), segmentation_network(config)
    head = pixel_head(student.get_layer(FEATURES).output, 3)
    return ContrastingTeacher(student, teacher, head, ClassContrastiveLoss(), weight, **options)


def test_the_contrast_of_given_and_taught_labels_is_added(tiny: Experiment) -> None:
    model = contrasting(tiny)
    plain = MeanTeacherSegmentation(segmentation_network(tiny), segmentation_network(tiny))
    outputs = model(inputs())
    labels, pseudo = np.eye(4, dtype="float32")[MASKS], np.asarray(outputs["pseudo"])
    targets = np.concatenate([pasted(labels, pseudo), pasted(pseudo, labels)])
    expected = class_contrastive_loss(outputs["embeddings"], targets, 0.1)
    assert float(expected) > 0
    loss = model.compute_loss(inputs(), MASKS, outputs)
    without = plain.compute_loss(inputs(), MASKS, plain(inputs()))
    np.testing.assert_allclose(loss, without + 0.5 * expected, rtol=1e-5)
    np.testing.assert_allclose(model.contrast_loss.result(), expected, rtol=1e-5)


def test_pixels_of_which_the_teacher_is_not_sure_take_no_part(tiny: Experiment) -> None:
    model = contrasting(tiny, threshold=1.0)
    outputs = model(inputs(weight=0.0))
    losses = []
    for pseudo in (outputs["pseudo"], np.roll(outputs["pseudo"], 1, axis=-1)):
        losses.append(model.compute_loss(inputs(weight=0.0), MASKS, {**outputs, "pseudo": pseudo}))
    assert float(losses[0]) == pytest.approx(float(losses[1]))


def test_the_first_phase_contrasts_given_labels(tiny: Experiment) -> None:
    model = contrasting(tiny, weight=2.0)
    first = first_inputs()
    outputs = model(first)
    model.compute_loss(first, MASKS, outputs)
    labels = np.eye(4, dtype="float32")[MASKS]
    expected = class_contrastive_loss(outputs["embeddings"], pasted(labels, labels[::-1]), 0.1)
    np.testing.assert_allclose(model.contrast_loss.result(), expected, rtol=1e-5)


def test_student_and_head_are_trained_and_the_best_weights_go_to_both_networks(
    tiny: Experiment,
) -> None:
    model = contrasting(tiny)
    trained = {id(variable) for variable in model.trainable_variables}
    own = [*model.student.trainable_variables, *model.head.trainable_variables]
    assert trained == {id(variable) for variable in own}
    head = weights_of(model.head)
    model.set_both({path: array + 1 for path, array in weights_of(model.student).items()})
    for path, array in weights_of(model.head).items():
        np.testing.assert_array_equal(array, head[path])
    assert list(model.networks) == ["model", "student", "pixel_head"]
