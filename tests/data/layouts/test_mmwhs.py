import pytest

from dscl_tf.config.files import load_config
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.mmwhs import find_mmwhs_cases
from tests.data.layouts.files import touch


@pytest.mark.parametrize("inside", [".", "mr_train"])
def test_cases_are_the_mr_training_volumes_by_name(tmp_path, inside):
    folder = touch(
        tmp_path / inside,
        "mr_train_1001_image.nii.gz",
        "mr_train_1001_label.nii.gz",
        "mr_train_1002_image.nii.gz",
        "ct_train_1001_image.nii.gz",
    )
    assert find_mmwhs_cases(tmp_path) == [
        Case(
            "mr_train_1001",
            folder / "mr_train_1001_image.nii.gz",
            folder / "mr_train_1001_label.nii.gz",
        ),
        Case("mr_train_1002", folder / "mr_train_1002_image.nii.gz", None),
    ]


def test_a_label_without_an_image_is_named(tmp_path):
    touch(tmp_path, "mr_train_1001_image.nii.gz", "mr_train_1002_label.nii.gz")
    problems = {case.id: case.problem for case in find_mmwhs_cases(tmp_path)}
    assert "mr_train_1002_label.nii.gz: a mask must have an image" in problems["mr_train_1002"]


def test_the_published_split_names_volumes_as_the_layout_does(tmp_path):
    touch(tmp_path, *(f"mr_train_{number}_image.nii.gz" for number in range(1001, 1021)))
    splits = load_config("mmwhs").splits
    ids = {case.id for case in find_mmwhs_cases(tmp_path)}
    assert {*splits.unlabelled, *splits.test} == ids
    for combinations in splits.labelled.values():
        for combination in combinations.values():
            assert {*combination.train, *combination.validation} <= ids
