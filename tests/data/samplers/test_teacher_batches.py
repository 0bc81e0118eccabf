import numpy as np
import pytest

from dscl_tf.config import Augmentation, Finetune
from dscl_tf.config.mean_teacher import MeanTeacher
from dscl_tf.data.samplers.labelled_batches import LabelledBatches
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.samplers.teacher_batches import TeacherBatches, draw_matched, draw_partners
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

PLAIN = Finetune(batch_size=8, augmentation=Augmentation())


def batches(second: bool, **settings) -> TeacherBatches:
    labelled = LabelledBatches(LabelledFakeStore([4, 8, 8]), ("0",), PLAIN, 1, partitions=2)
    unlabelled = LabelledBatches(FakeStore([4, 8, 8]), ("1", "2"), PLAIN, 1, partitions=2)
    teacher = MeanTeacher(**settings)
    return TeacherBatches(labelled, unlabelled if second else None, teacher, 100, 200)


def test_masks_are_those_of_the_labelled_images():
    inputs, masks = batches(second=True)[0]
    np.testing.assert_array_equal(masks, inputs["labelled"]["image"][..., 0])
    assert inputs["unlabelled"]["image"].min() >= 4
    assert inputs["box"].shape == (8, 4)


def test_a_batch_is_a_pure_function_of_seed_and_step():
    first, again = batches(second=True)[7], batches(second=True)[7]
    np.testing.assert_array_equal(first[0]["box"], again[0]["box"])
    for part in ("labelled", "unlabelled"):
        np.testing.assert_array_equal(first[0][part]["image"], again[0][part]["image"])


def test_images_that_exchange_are_of_one_partition():
    for step in range(20):
        inputs, _ = batches(second=True)[step]
        labelled = inputs["labelled"]["image"][:, 0, 0, 0] // 2  # slices 0 1 | 2 3
        unlabelled = (inputs["unlabelled"]["image"][:, 0, 0, 0] - 4) % 8 // 4  # 4 | 4 of each
        np.testing.assert_array_equal(labelled, unlabelled)


def test_all_slices_of_a_partition_and_all_volumes_are_drawn():
    table = SliceTable.of(FakeStore([4, 6]), ("0", "1"), 2)
    drawn = draw_matched(np.random.default_rng(0), table, np.array([0, 1] * 100))
    assert sorted(set(drawn[::2])) == [0, 1, 4, 5, 6]
    assert sorted(set(drawn[1::2])) == [2, 3, 7, 8, 9]


def test_a_partner_is_another_image_of_the_partition():
    parts = np.array([0, 1, 0, 1, 0, 2])
    partners = draw_partners(np.random.default_rng(0), parts)
    assert sorted(partners) == list(range(6))
    np.testing.assert_array_equal(parts[partners], parts)
    assert partners[5] == 5
    assert (partners[:5] != np.arange(5)).all()


def test_the_share_of_labelled_images_with_a_rectangle():
    sizes = np.concatenate([batches(second=False)[step][0]["box"][:, 2:] for step in range(100)])
    assert (sizes[:, 0] == 0).mean() == pytest.approx(0.5, abs=0.06)
    assert set(sizes.ravel()) == {0, 2}  # two thirds of 4 pixels, rounded down


@pytest.mark.parametrize(("paste", "side"), [("none", 0), ("any", 2), ("partition", 2)])
def test_without_pasting_the_rectangles_are_empty(paste, side):
    assert (batches(second=True, paste=paste)[0][0]["box"][:, 2:] == side).all()


def test_decay_and_weight_follow_the_step():
    start = batches(second=False)[0][0]
    assert "weight" not in start
    assert start["decay"].tolist() == [0] * 8
    second = batches(second=True, weight=0.4, ramp=0.5, decay=0.9)
    assert [float(second[step][0]["weight"][0]) for step in (100, 125, 150, 199)] == pytest.approx(
        [0, 0.2, 0.4, 0.4]
    )
    assert second[150][0]["decay"][0] == pytest.approx(0.9)
