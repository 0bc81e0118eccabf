import hashlib
import resource
import tracemalloc
from dataclasses import replace
from pathlib import Path

import joblib
import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.grid import prepare_image, prepare_mask
from dscl_tf.data.io.nifti import read_image, read_mask
from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, prepared_volume, write_store
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, ramp, save, settings
from tests.data.store.sources import content, damage


def test_a_store_holds_what_preparing_each_volume_gives(made, listed):
    store = SliceStore.open(made)
    assert store.images.shape == (12, 8, 6, 1) and store.images.dtype == np.float32
    assert store.masks.shape == (12, 8, 6) and store.masks.dtype == np.uint8
    assert list(store.volumes) == ["b", "a", "c"]
    for case, first in zip(listed, (0, 4, 9), strict=True):
        entry = store.volumes[case.id]
        image = read_image(case.image)
        slices, geometry = prepare_image(image, settings())
        assert entry.slices == range(first, first + image.array.shape[2])
        np.testing.assert_array_equal(store.images[entry.slices], slices)
        assert entry.geometry == geometry
        assert entry.intensity_range == tuple(np.percentile(image.array, (1, 99)))
        assert entry.source == str(case.image)
        assert entry.sha256 == hashlib.sha256(case.image.read_bytes()).hexdigest()
        assert entry.labelled == (case.mask is not None)
        if case.mask:
            mask = prepare_mask(read_mask(case.mask, image, CLASSES), geometry)
            np.testing.assert_array_equal(store.masks[entry.slices], mask)
            assert entry.mask_source == str(case.mask)
            assert entry.mask_sha256 == hashlib.sha256(case.mask.read_bytes()).hexdigest()
        else:
            assert not store.masks[entry.slices].any()
            assert entry.mask_source is None and entry.mask_sha256 is None


def test_sources_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(Path("a.nii.gz"), ramp())
    write_store([Case("a", Path("a.nii.gz"), None)], settings(), Path("store"))
    assert SliceStore.open("store").volumes["a"].source == str(tmp_path / "a.nii.gz")


def test_workers_read_the_files_of_the_folder_of_now(tmp_path, monkeypatch):
    for number, name in enumerate(("one", "two")):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        for id in "ab":  # joblib's processes of the first call are there for the second
            save(Path(f"{id}.nii"), ramp() + np.int16(1000 * number))
        write_store([Case(id, Path(f"{id}.nii"), None) for id in "ab"], settings(), "store", jobs=2)
        entry = SliceStore.open("store").volumes["a"]
        assert entry.intensity_range == tuple(np.percentile(ramp() + 1000 * number, (1, 99)))
        assert entry.source == str(tmp_path / name / "a.nii")


def test_a_file_that_changes_while_it_is_prepared_is_an_error(tmp_path, listed, monkeypatch):
    def read_and_replace(path, data, further):
        volume = read_image(path)
        if path == listed[0].image:
            save(path, ramp((9, 7, 4)) + 1)
        return volume

    monkeypatch.setattr(prepared_volume, "read_image", read_and_replace)
    with pytest.raises(DataError, match=r"b.nii.gz: must stay as it is while it is prepared, but"):
        write_store(listed, settings(), tmp_path / "store")


def test_progress_is_a_line_per_volume(tmp_path, listed, lines):
    write_store(listed, settings(), tmp_path / "store")
    assert lines == ["b: 4 slices (1/3)", "a: 5 slices (2/3, 0 s left)", "c: 3 slices (3/3)"]


def test_memory_does_not_grow_with_the_number_of_volumes(tmp_path):
    shape = (64, 64, 16)
    path = save(tmp_path / "a.nii", ramp(shape))
    data = settings(spacing=(1.5, 1.5), grid=(64, 64))

    def peak(count):
        many = [Case(str(index), path, None) for index in range(count)]
        tracemalloc.start()
        write_store(many, data, tmp_path / f"store{count}")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(1)  # what is imported and cached on first use
    volume_bytes = 4 * np.prod(shape)
    assert peak(12) - peak(2) < volume_bytes


def test_a_store_needs_volumes_with_ids_of_their_own(tmp_path, listed):
    with pytest.raises(DataError, match=r"at least one volume, got none$"):
        write_store([], settings(), tmp_path / "store")
    one, two, _ = listed
    with pytest.raises(DataError, match=r"volume ids must differ, got twice b$"):
        write_store([one, two, one], settings(), tmp_path / "store")
    with pytest.raises(DataError, match=r"store: a name must hold no '/', got '../EVIL'$"):
        write_store([replace(one, id="../EVIL")], settings(), tmp_path / "store", skip_bad=True)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("correction", [None, {"iterations": [3]}])
def test_in_parallel_the_store_is_the_same_bit_for_bit(tmp_path, listed, correction):
    data = settings(bias_correction=correction)
    write_store(listed, data, tmp_path / "one", jobs=1)
    write_store(listed, data, tmp_path / "two", jobs=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_joblib_may_be_configured_from_outside(tmp_path, listed):
    with joblib.parallel_config(backend="threading", n_jobs=2):
        write_store(listed, settings(), tmp_path / "store")
    assert len(SliceStore.open(tmp_path / "store").volumes) == 3


def test_a_directory_that_is_no_store_is_left_alone(tmp_path, listed):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"index.json: is missing, so this is no slice store$"):
        write_store(listed, settings(), tmp_path / "mine")
    assert content(tmp_path / "mine") == {"notes.txt": b"mine"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_bad_volume_in_order_is_the_error(tmp_path, made, listed, jobs):
    before = content(made)
    bad = [Case(f"z{i}", save(tmp_path / f"z{i}.nii", ramp() * 0 + i), None) for i in range(5)]
    with pytest.raises(DataError, match=r"z0.nii: intensities must vary, got 0 in every voxel$"):
        write_store([*listed, *bad], settings(), made, jobs=jobs)
    assert content(made) == before


def test_bad_volumes_are_skipped_on_request(tmp_path, listed):
    damage(listed[0])
    absent = Case("x", tmp_path / "absent.nii", None)
    done = write_store([*listed, absent], settings(), tmp_path / "store", skip_bad=True)
    store = SliceStore.open(tmp_path / "store")
    assert done.prepared == list(store.volumes) == ["a", "c"]
    assert (
        done.skipped
        == store.skipped
        == {
            "b": f"{listed[0].mask}: labels must be among 0, 1, 2, got 9",
            "x": f"{absent.image}: must be a NIfTI file, got no such file",
        }
    )


def test_a_store_of_skipped_volumes_alone_is_an_error(tmp_path, listed):
    damage(listed[0])
    with pytest.raises(DataError, match=r"all 1 were skipped, the first for: .*labels must be"):
        write_store(listed[:1], settings(), tmp_path / "store", skip_bad=True)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_volume_without_orientation_is_marked(tmp_path, listed):
    image = nib.Nifti1Image(ramp(), None)
    nib.save(image, tmp_path / "plain.nii")
    write_store([*listed, Case("p", tmp_path / "plain.nii", None)], settings(), tmp_path / "store")
    volumes = SliceStore.open(tmp_path / "store").volumes.values()
    assert [entry.oriented for entry in volumes] == [True, True, True, False]


def test_a_full_disk_is_one_line_and_no_store(tmp_path, listed):
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, former[1]))
    try:
        with pytest.raises(DataError, match=r"store: cannot be written: File too large$"):
            write_store(listed, settings(), tmp_path / "store")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
