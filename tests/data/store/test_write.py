import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import joblib
import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.grid.preprocess import prepare_image, prepare_mask
from dscl_tf.data.io.nifti import read_image, read_mask
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store import write as module
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import Changes, write_store
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save, settings
from tests.data.store.test_slice_store import cases, change_index


@pytest.fixture
def listed(tmp_path):
    """Volumes b and a with masks, c without, in a folder of their own."""
    return cases(tmp_path / "source")


@pytest.fixture
def made(tmp_path, listed):
    write_store(listed, settings(), tmp_path / "store")
    return tmp_path / "store"


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())}


def damage(case):
    """Give the mask a label that is no class."""
    array = np.full(nib.load(case.mask).shape, 9, np.uint8)
    nib.save(nib.Nifti1Image(array, nib.load(case.mask).affine), case.mask)


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


def test_where_nothing_changed_nothing_is_written(made, listed):
    before = stamps(made)
    done = write_store(listed, settings(), made)
    assert done == Changes(kept=["b", "a", "c"], prepared=[], removed=[], skipped={})
    assert stamps(made) == before


def new_image(listed):
    save(listed[1].image, ramp((9, 7, 6)), affine(codes="LPS"))
    save(listed[1].mask, np.ones((9, 7, 6), np.uint8), affine(codes="LPS"))
    return listed


def new_mask(listed):
    save(listed[1].mask, np.ones((9, 7, 5), np.uint8), affine(codes="ARI"))
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
    assert content(made) == content(tmp_path / "anew")
    assert np.array_equal(opened.images, images), "a store that is open stays what it was"
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
    for path in made.glob("*.npy"):
        path.rename(made / f"{path.name.split('-')[0]}.npy")
    assert write_store(listed, settings(), made).prepared == ["b", "a", "c"]
    assert content(made) == new


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


def test_after_an_error_the_finished_volumes_need_not_be_prepared_again(tmp_path, listed, lines):
    good = listed[1].mask.read_bytes()
    damage(listed[1])
    with pytest.raises(DataError, match=r"a_gt.nii.gz: labels must be among 0, 1, 2, got 9$"):
        write_store(listed, settings(), tmp_path / "store")
    left = tmp_path / "store.partial"
    assert lines[-1] == f"volumes prepared so far: 1, kept in {left} for the next run"
    assert not (tmp_path / "store").exists()
    listed[1].mask.write_bytes(good)
    write_store(listed, settings(), tmp_path / "store")
    assert "volumes taken over from an interrupted run: 1" in lines
    assert not left.exists()


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


def test_a_disk_that_fills_up_at_the_end_leaves_the_former_store(made, listed, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    before = content(made)
    monkeypatch.setattr(module, "write_files", full)
    with pytest.raises(DataError, match=r"store: cannot be written: No space left on device$"):
        write_store(new_mask(listed), settings(), made)
    assert content(made) == before


def test_what_others_put_beside_the_parts_stays(tmp_path, listed):
    (tmp_path / "store.partial" / "mine").mkdir(parents=True)
    write_store(listed, settings(), tmp_path / "store")
    assert (tmp_path / "store.partial" / "mine").is_dir()


@pytest.fixture
def killed(tmp_path, listed):
    """Kill a run with two jobs while it prepares its third volume; return the processes' group."""
    code = f"""
        import logging, os, sys, time
        from pathlib import Path
        from dscl_tf.data.store import partial, write
        from tests.data.files import settings
        from tests.data.store.test_slice_store import cases

        def slow(case, digests, data):
            if case.id == "c":
                time.sleep(60)
            return partial.prepare_case(case, digests, data)

        write.prepare_case = slow
        listed = cases(Path("{tmp_path}/source"))
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
        write.write_store(listed, settings(), "{tmp_path}/store", jobs=JOBS)
    """

    def kill(sent, jobs=1):
        run = subprocess.Popen(
            [sys.executable, "-uc", textwrap.dedent(code).replace("JOBS", str(jobs))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=Path(__file__).parents[3],
        )
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("a: "):
                break
        (os.killpg if sent == signal.SIGINT else os.kill)(run.pid, sent)
        run.wait()
        return run

    return kill


def test_a_killed_run_goes_on_where_it_was(tmp_path, listed, killed, lines):
    assert killed(signal.SIGKILL).returncode == -signal.SIGKILL
    assert not (tmp_path / "store").exists()
    write_store(listed, settings(), tmp_path / "store")
    assert lines == ["volumes taken over from an interrupted run: 2", "c: 3 slices (1/1)"]
    write_store(listed, settings(), tmp_path / "anew")
    assert content(tmp_path / "store") == content(tmp_path / "anew")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anew", "source", "store"]


@pytest.mark.skipif(not shutil.which("pgrep"), reason="needs pgrep")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_a_killed_run(killed, sent):
    run = killed(sent, jobs=2)
    for _ in range(100):
        left = subprocess.run(["pgrep", "-g", str(run.pid)], capture_output=True, text=True).stdout
        if not left:
            break
        time.sleep(0.1)
    assert not left
