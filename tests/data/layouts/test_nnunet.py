import pytest

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.nnunet import find_nnunet_cases
from dscl_tf.errors import DataError
from tests.data.layouts.files import touch

ONE = {"channel_names": {"0": "MRI"}, "numTraining": 1, "file_ending": ".nii.gz"}
TWO = ONE | {"channel_names": {"0": "T2", "1": "ADC"}}


@pytest.fixture
def source(tmp_path):
    channels = [f"images{part}_{n:04d}.nii.gz" for part in ("Tr/p_1", "Ts/p_2") for n in (0, 1)]
    return touch(tmp_path, *channels, "imagesTr/._p_1_0000.nii.gz", "labelsTr/p_1.nii.gz")


def test_volumes_are_named_without_channel_and_ending(source):
    assert find_nnunet_cases(source, TWO, 1) == [
        Case("p_1", source / "imagesTr/p_1_0001.nii.gz", source / "labelsTr/p_1.nii.gz"),
        Case("p_2", source / "imagesTs/p_2_0001.nii.gz", None),
    ]


def test_the_only_channel_need_not_be_named(source):
    cases = find_nnunet_cases(source, ONE, None)
    assert cases == find_nnunet_cases(source, ONE, 0)
    assert [case.image.name for case in cases] == ["p_1_0000.nii.gz", "p_2_0000.nii.gz"]


@pytest.mark.parametrize(
    ("index", "channel", "message"),
    [
        (TWO, None, "dataset.json: data.channel must be in 0 to 1, got none"),
        (TWO, 2, "dataset.json: data.channel must be in 0 to 1, got 2"),
        (ONE | {"numTraining": 3}, 0, "numTraining is 3, got 1 file imagesTr/\\*_0000.nii.gz"),
        (ONE | {"numTraining": "x"}, 0, "dataset.json: must be a data set's index, got ValueError"),
        ({"channel_names": []}, 0, "dataset.json: must be a data set's index, got KeyError"),
    ],
)
def test_an_index_that_does_not_fit_is_named(source, index, channel, message):
    with pytest.raises(DataError, match=message):
        find_nnunet_cases(source, index, channel)


def test_images_and_labels_must_agree(source):
    touch(source, "labelsTr/p_9.nii.gz")
    problems = {case.id: case.problem for case in find_nnunet_cases(source, ONE, 0)}
    assert "labelsTr/p_9.nii.gz: a mask must have an image" in problems["p_9"]
    (source / "labelsTr/p_9.nii.gz").unlink()
    (source / "labelsTr/p_1.nii.gz").unlink()
    problems = {case.id: case.problem for case in find_nnunet_cases(source, ONE, 0)}
    assert "labelsTr/p_1.nii.gz: every image in imagesTr must have a label" in problems["p_1"]
