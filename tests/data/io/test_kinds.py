from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import load_config
from dscl_tf.data.io import PICTURES, VOLUMES, ImageKind, Volume, kind_of, kind_of_file

PLANE = np.arange(6.0).reshape(2, 3, 1)


def image(shape: tuple[int, ...], spacing: tuple[float, float, float]) -> Volume:
    return Volume(np.zeros(shape), np.eye(4), spacing, Path("image"))


@pytest.mark.parametrize(("name", "kind"), [("acdc", VOLUMES), ("cityscapes", PICTURES)])
def test_the_configuration_agrees_with_the_kind(name: str, kind: ImageKind) -> None:
    data = load_config(name).data
    assert kind_of(data) is kind
    assert data.unit == kind.unit


@pytest.mark.parametrize(
    ("name", "kind"), [("a.nii", VOLUMES), ("a.nii.gz", VOLUMES), ("a.PNG", PICTURES)]
)
def test_a_files_name_says_its_kind(name: str, kind: ImageKind) -> None:
    assert kind_of_file(name) is kind_of_file(Path(name)) is kind


@pytest.mark.parametrize("kind", [VOLUMES, PICTURES])
def test_a_mask_has_the_ending_of_its_kind(kind: ImageKind) -> None:
    assert kind_of_file(f"a{kind.mask_ending}") is kind


def test_a_slice_of_a_volume_is_shown_transposed() -> None:
    assert VOLUMES.upright(PLANE).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert VOLUMES.aspect((2, 3)) == 1.5  # as high as its columns are long


def test_a_picture_is_shown_as_it_is_with_colours_that_can_be_shown() -> None:
    shown = PICTURES.upright(np.repeat(PLANE / 4, 3, axis=-1))
    assert shown[..., 0].tolist() == [[0, 0.25, 0.5], [0.75, 1, 1]]
    assert PICTURES.aspect((3, 2)) == 1.5


def test_pictures_are_scored_in_the_plane_and_volumes_in_space() -> None:
    mask = np.arange(6).reshape(2, 3, 1)
    assert PICTURES.scored(mask).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert PICTURES.scored_spacing(image((2, 3, 1, 3), (1, 1, 1))) == (1, 1)
    assert VOLUMES.scored(mask) is mask
    assert VOLUMES.scored_spacing(image((2, 3, 1), (1.5, 2, 8))) == (1.5, 2, 8)
