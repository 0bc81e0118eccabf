"""Whole plans of small folders."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.grid import count_labels
from dscl_tf.data.io import read_image, read_mask
from dscl_tf.errors import DataError, UsageError
from dscl_tf.losses.regions import region_corners
from dscl_tf.planning import Wishes, plan_folder
from dscl_tf.planning.machine import Machine
from tests.data.files import affine, save
from tests.planning.scans import SHAPE, scan, write_folder

CPU, GPU = Machine(2), Machine(8, "one")


def plan(folder: Path, machine: Machine = CPU, **wishes):
    return plan_folder(folder, "mine", Wishes(**wishes), machine)


@pytest.mark.parametrize(("axis", "name"), [(0, "sagittal"), (1, "coronal"), (2, "axial")])
def test_slices_lie_where_their_height_says_most(tmp_path: Path, axis: int, name: str) -> None:
    found = plan(write_folder(tmp_path, axis=axis))
    assert found.value("data.slice_axis") == name
    assert found.value("pretrain_global.strategy") == "GD"
    assert found.config.stages == ("pretrain_global", "pretrain_local", "finetune")


def test_volumes_acquired_slice_by_slice_are_cut_so(tmp_path: Path) -> None:
    assert plan(write_folder(tmp_path, spacing=(1, 4, 1))).value("data.slice_axis") == "auto"


def test_volumes_that_are_not_aligned_get_random_pairs_and_no_local_stage(tmp_path: Path) -> None:
    for number in range(8):
        noise = np.random.default_rng(number).normal(100, 20, SHAPE).astype(np.float32)
        save(tmp_path / f"{number}.nii", noise, affine((1, 1, 1)))
    found = plan(tmp_path)
    assert found.value("pretrain_global.strategy") == "GR"
    assert found.config.stages == ("pretrain_global",)


def test_values_become_classes_and_names_may_be_given(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, values=(7, 14))
    data = plan(folder).config.data
    assert (data.classes, data.labels) == ({1: "label 7", 2: "label 14"}, {7: 1, 14: 2})
    chosen = plan(folder, labels={14: "wall"}).config.data
    assert (chosen.classes, chosen.labels) == ({1: "wall"}, {14: 1})
    assert chosen.unlisted_labels == "background"


@pytest.mark.parametrize("pixels", [96 * 96, 32 * 32])
def test_the_window_holds_every_labelled_voxel(tmp_path: Path, monkeypatch, pixels: int) -> None:
    folder = write_folder(tmp_path, masks=4)
    image, mask = np.full((90, 80, 70), 5.0, np.float32), np.zeros((90, 80, 70), np.uint8)
    image[2:4], mask[0, 0, 0], mask[89, 79, 69] = 9, 7, 7  # labels in opposite corners
    save(folder / "scans/p09.nii.gz", image, affine((1, 1, 1)))
    save(folder / "masks/p09_seg.nii.gz", mask, affine((1, 1, 1)))
    monkeypatch.setattr(Machine, "pixels", pixels)
    planned = plan(folder)
    found = planned.config.data
    assert found.grid[0] * found.grid[1] <= pixels
    for scan_ in planned.fingerprint.labelled:
        volume = read_image(scan_.case.image, found)
        labels = read_mask(scan_.case.mask, volume, found)
        assert all(one.lost == 0 for one in count_labels(labels, scan_.geometry(found)))


def test_a_grid_of_the_users_gets_a_spacing_that_holds_the_labels(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, spacing=(2, 2, 2))
    data = plan(folder, grid=(32, 32)).config.data
    assert data.grid == (32, 32)
    with pytest.raises(UsageError, match="`grid`: must hold every labelled voxel, got 32 x 32"):
        plan(folder, grid=(32, 32), spacing=(0.5, 0.5))
    with pytest.raises(UsageError, match="`grid`: both sides must be multiples of 32"):
        plan(folder, grid=(32, 40))


@pytest.mark.parametrize("spacing", [(1e-9, 1e-9), (0.001, 0.001), (1, 0.001)])
@pytest.mark.parametrize("masks", [0, 3])
def test_a_spacing_that_needs_a_longer_grid_is_an_error(tmp_path: Path, spacing, masks) -> None:
    folder = write_folder(tmp_path, masks=masks)
    with pytest.raises(UsageError, match=r"`spacing`: must be .* or more, at which 1024 x 1024"):
        plan(folder, spacing=spacing)
    data = plan(folder, grid=(32, 32), spacing=(1, 1)).config.data
    assert (data.spacing, data.grid) == ((1, 1), (32, 32))


def test_hounsfield_units_share_one_range(tmp_path: Path) -> None:
    for number in range(4):
        image, mask = scan(number)
        save(tmp_path / f"p{number}.nii", image * 6 - 1600, affine((1, 1, 1)))
        save(tmp_path / f"p{number}_seg.nii", mask, affine((1, 1, 1)))
    low, high = plan(tmp_path).config.data.intensity_range
    assert -500 < low < 200 < high < 500  # the rod has about 200


def test_nan_outside_the_field_of_view_is_background(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    image, _ = scan(9)
    image[0] = np.nan
    save(folder / "scans/p09.nii.gz", image, affine((1, 1, 1)))
    assert plan(folder).config.data.not_finite == "background"


def test_the_regions_of_the_local_stage_lie_apart_on_a_narrow_grid(tmp_path: Path) -> None:
    config = plan(write_folder(tmp_path), grid=(32, 64)).config
    local = config.pretrain_local
    corners = region_corners(local.regions, local.region_size, 8, 16)
    assert len(corners) == 9
    assert plan(tmp_path, grid=(64, 64)).config.pretrain_local.regions == 13


def test_a_gpu_gets_the_schedule_of_the_paper(tmp_path: Path) -> None:
    config = plan(write_folder(tmp_path), GPU).config
    assert (config.finetune.steps, config.finetune.batch_size) == (10_000, 40)


@pytest.mark.parametrize(
    ("count", "masks", "values", "message"),
    [
        (1, 1, (1,), "must hold two volumes or more that can be used, got one, p01"),
        (4, 1, tuple(range(1, 31)), "masks hold 30 labels .* a plan takes at most 24"),
    ],
)
def test_a_folder_that_cannot_be_planned_is_one_line(
    tmp_path: Path, count, masks, values, message
) -> None:
    with pytest.raises(DataError, match=message):
        plan(write_folder(tmp_path, count, masks, values=values))


def test_a_value_that_no_mask_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`labels`: must name values of the masks, 7, got 8"):
        plan(write_folder(tmp_path), labels={8: "wall"})


def test_without_masks_there_is_pretraining_alone(tmp_path: Path) -> None:
    config = plan(write_folder(tmp_path, masks=0)).config
    assert config.stages == ("pretrain_global", "pretrain_local")
    assert (len(config.splits.unlabelled), config.splits.labelled) == (6, {})


def empty(path: Path) -> None:
    save(path, np.zeros(SHAPE, np.uint8), affine((1, 1, 1)))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])  # the header is whole


BAD = {
    "first image": ("scans/p01.nii.gz", lambda path: path.write_bytes(b"no image")),
    "another image": ("scans/p04.nii.gz", cut),
    "a mask": ("masks/p02_seg.nii.gz", cut),
    "an empty mask": ("masks/p02_seg.nii.gz", empty),
}


@pytest.mark.parametrize(("name", "spoil"), BAD.values(), ids=BAD)
def test_bad_volumes_stop_a_plan_or_are_left_out(tmp_path: Path, name: str, spoil) -> None:
    folder = write_folder(tmp_path, masks=4)
    spoil(folder / name)
    with pytest.raises(DataError, match=rf"{name}: .*; `skip_bad` leaves out such volumes$"):
        plan(folder)
    found = plan(folder, skip_bad=True)
    (id, why), *others = found.fingerprint.source.left_out.items()
    assert not others and id in name and name in why
    assert id not in {one for ids in found.choice.lists.values() for one in ids}


def test_volumes_that_are_all_bad_or_all_but_one_are_no_plan(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, count=3, masks=0)
    for number in (1, 2):
        (folder / f"scans/p0{number}.nii.gz").write_bytes(b"no image")
    with pytest.raises(DataError, match="that can be used, got one, p03"):
        plan(folder, skip_bad=True)
    with pytest.raises(DataError, match=r"p01.nii.gz: .* \(and 1 more like it\); `skip_bad`"):
        plan(folder)
