"""What an update of a store keeps, prepares and removes."""

from dataclasses import replace

import numpy as np
import pytest

from dscl_tf.data.layouts import Case
from dscl_tf.data.store import Changes, SliceStore, assemble, write_store
from dscl_tf.errors import DataError
from tests.data.files import affine, ramp, save, settings
from tests.data.store.sources import change_index, columns, content, damage, new_mask, stamps


def test_where_nothing_changed_nothing_is_written(made, listed):
    before = stamps(made)
    done = write_store(listed, settings(), made)
    assert done == Changes(kept=["b", "a", "c"], prepared=[], removed=[], skipped={})
    assert stamps(made) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_readers_remark_is_told_once(tmp_path, jobs, lines):
    image = save(tmp_path / "a.nii", ramp())
    matrix = affine()
    matrix[0, 3] += 0.03
    mask = save(tmp_path / "a_gt.nii", np.ones((9, 7, 4), np.uint8), matrix)
    cases = [Case("a", image, mask), Case("b", image, None)]
    write_store(cases, settings(), tmp_path / "store", jobs=jobs)
    remark = (
        f"a: {mask}: taken as on the grid of a.nii, whose corners lie 0.02 of a voxel elsewhere"
    )
    assert [line for line in lines if "taken as" in line] == [remark]


def new_image(listed):
    save(listed[1].image, ramp((9, 7, 6)), affine(codes="LPS"))
    save(listed[1].mask, np.ones((9, 7, 6), np.uint8), affine(codes="LPS"))
    return listed


def mask_for_the_third(listed):
    mask = save(listed[2].image.with_name("c_gt.nii.gz"), np.ones((9, 7, 3), np.uint8), affine())
    return [*listed[:2], replace(listed[2], mask=mask)]


def no_mask_for_the_first(listed):
    return [replace(listed[0], mask=None), *listed[1:]]


def one_more(listed):
    return [Case("0", save(listed[0].image.with_name("0.nii"), ramp()), None), *listed]


def one_less(listed):
    return listed[1:]


def another_order(listed):
    return listed[::-1]


@pytest.mark.parametrize(
    ("change", "kept", "prepared", "removed"),
    [
        (new_image, "bc", "a", ""),
        (new_mask, "bc", "a", ""),
        (mask_for_the_third, "ba", "c", ""),
        (no_mask_for_the_first, "ac", "b", ""),
        (one_more, "bac", "0", ""),
        (one_less, "ac", "", "b"),
        (another_order, "cab", "", ""),
    ],
)
def test_only_what_changed_is_prepared(tmp_path, made, listed, change, kept, prepared, removed):
    opened = SliceStore.open(made)
    images = np.array(opened.images)
    changed = change(listed)
    done = write_store(changed, settings(), made)
    assert done == Changes(list(kept), list(prepared), list(removed), {})
    write_store(changed, settings(), tmp_path / "anew")
    assert np.array_equal(opened.images, images), "a store that is open stays what it was"
    del opened
    write_store(changed, settings(), made)
    assert content(made) == content(tmp_path / "anew")
    assert not (tmp_path / "store.partial").exists()


def test_other_settings_prepare_all_anew_and_are_named(made, listed, lines):
    done = write_store(listed, settings(percentiles=(2, 98)), made)
    assert done.prepared == ["b", "a", "c"]
    assert "anew: data.percentiles is [1.0, 99.0] in the store and [2.0, 98.0] in" in lines[0]
    SliceStore.open(made).check_settings(settings(percentiles=(2, 98)))


def test_volumes_found_elsewhere_are_kept(tmp_path, made, listed):
    (tmp_path / "source").rename(tmp_path / "moved")
    arrays = {path: stamp for path, stamp in stamps(made).items() if path.suffix == ".npy"}
    moved = [
        Case(c.id, tmp_path / "moved" / c.image.name, c.mask and tmp_path / "moved" / c.mask.name)
        for c in listed
    ]
    assert write_store(moved, settings(), made).kept == ["b", "a", "c"]
    assert SliceStore.open(made).volumes["b"].source == str(tmp_path / "moved" / "b.nii.gz")
    assert arrays.items() <= stamps(made).items()


def test_a_store_of_an_earlier_version_is_replaced(tmp_path, made, listed):
    new = content(made)
    change_index(made, lambda index: index.update(format=1))
    columns(made).unlink()
    for path in made.glob("*.npy"):
        path.rename(made / f"{path.name.split('-')[0]}.npy")
    assert write_store(listed, settings(), made).prepared == ["b", "a", "c"]
    assert content(made) == new


def test_a_volume_that_became_bad_leaves_the_store_and_one_that_became_good_enters(made, listed):
    good = listed[0].mask.read_bytes()
    damage(listed[0])
    assert list(write_store(listed, settings(), made, skip_bad=True).skipped) == ["b"]
    assert list(SliceStore.open(made).volumes) == ["a", "c"]
    before = stamps(made)
    write_store(listed, settings(), made, skip_bad=True)
    assert stamps(made) == before
    listed[0].mask.write_bytes(good)
    assert write_store(listed, settings(), made).prepared == ["b"]
    assert SliceStore.open(made).skipped == {}


def test_a_disk_that_fills_up_at_the_end_leaves_the_former_store(made, listed, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    before = content(made)
    monkeypatch.setattr(assemble, "write_shard", full)
    with pytest.raises(DataError, match=r"store: cannot be written: No space left on device$"):
        write_store(new_mask(listed), settings(), made)
    assert content(made) == before
