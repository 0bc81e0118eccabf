import hashlib
import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data import store as store_module
from dscl_tf.data.case import Case
from dscl_tf.data.nifti import read_image, read_mask
from dscl_tf.data.preprocess import prepare_image, prepare_mask
from dscl_tf.data.store import SliceStore, write_store
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save, settings


def cases(folder):
    """Two labelled volumes of 4 and 5 slices, turned unlike, and one without a mask."""
    made = []
    for id, depth, codes in (("b", 4, "LPS"), ("a", 5, "ARI"), ("c", 3, "LPS")):
        image = ramp((9, 7, depth))
        path = save(folder / f"{id}.nii.gz", image, affine(codes=codes))
        mask = None
        if id != "c":
            labels = (image % 3).astype(np.uint8)
            mask = save(folder / f"{id}_gt.nii.gz", labels, affine(codes=codes))
        made.append(Case(id, path, mask))
    return made


@pytest.fixture
def made(tmp_path):
    write_store(cases(tmp_path), settings(), tmp_path / "store")
    return tmp_path / "store"


def test_a_store_holds_what_preparing_each_volume_gives(tmp_path, made):
    store = SliceStore.open(made)
    assert store.images.shape == (12, 8, 6, 1) and store.images.dtype == np.float32
    assert store.masks.shape == (12, 8, 6) and store.masks.dtype == np.uint8
    assert list(store.volumes) == ["b", "a", "c"]
    for case, first in zip(cases(tmp_path), (0, 4, 9), strict=True):
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


def test_an_open_store_is_read_only(made):
    with pytest.raises(ValueError, match="read-only"):
        SliceStore.open(made).images[0] = 0


def test_sources_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(Path("a.nii.gz"), ramp())
    write_store([Case("a", Path("a.nii.gz"), None)], settings(), Path("store"))
    assert SliceStore.open("store").volumes["a"].source == str(tmp_path / "a.nii.gz")


def test_progress_is_a_line_per_volume(tmp_path):
    lines = []
    write_store(cases(tmp_path), settings(), tmp_path / "store", progress=lines.append)
    assert lines == ["b: 4 slices (1/3)", "a: 5 slices (2/3)", "c: 3 slices (3/3)"]


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


def test_settings_that_differ_are_listed(made):
    store = SliceStore.open(made)
    store.check_settings(settings())
    with pytest.raises(DataError) as error:
        store.check_settings(settings(grid=(8, 8), bias_correction={"threshold": 0.01}))
    message = str(error.value)
    assert message.startswith(f"{made}: prepared otherwise: data.grid is [8, 6] in the store")
    assert "[8, 8] in the configuration" in message and "data.bias_correction is None" in message
    assert "spacing" not in message and "\n" not in message


def test_a_store_needs_volumes_with_ids_of_their_own(tmp_path):
    with pytest.raises(DataError, match=r"at least one volume, got none$"):
        write_store([], settings(), tmp_path / "store")
    one, two, _ = cases(tmp_path)
    with pytest.raises(DataError, match=r"volume ids must differ, got twice b$"):
        write_store([one, two, one], settings(), tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_an_existing_directory_is_refused_before_any_file_is_read(tmp_path, made):
    before = {path: path.read_bytes() for path in made.iterdir()}
    with pytest.raises(DataError, match="must not exist yet"):
        write_store([Case("x", tmp_path / "absent.nii.gz", None)], settings(), made)
    assert {path: path.read_bytes() for path in made.iterdir()} == before


def nothing_but_sources(folder):
    return all(path.name.endswith(".nii.gz") for path in folder.iterdir())


def test_a_bad_file_leaves_nothing_behind(tmp_path):
    good, bad, _ = cases(tmp_path)
    save(bad.mask, np.full((9, 7, 5), 9, np.uint8), affine(codes="ARI"))
    with pytest.raises(DataError, match=r"a_gt.nii.gz: labels must be among 0, 1, 2, got 9$"):
        write_store([good, bad], settings(), tmp_path / "store")
    assert nothing_but_sources(tmp_path)


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(tmp_path, monkeypatch):
    written = store_module._write_volume

    def full_at_the_second(case, data, first, images, masks):
        if first:
            raise OSError(28, "No space left on device")
        return written(case, data, first, images, masks)

    monkeypatch.setattr(store_module, "_write_volume", full_at_the_second)
    with pytest.raises(DataError, match=r"store: cannot be written: No space left on device$"):
        write_store(cases(tmp_path), settings(), tmp_path / "store")
    assert nothing_but_sources(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_slices_are_written_in_a_way_that_notices_a_full_disk(tmp_path):
    one, *_ = cases(tmp_path)
    with (
        pytest.raises(OSError, match="No space left"),
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        store_module._write_volume(one, settings(), 0, full, full)


def change_index(store, change):
    index = json.loads((store / "index.json").read_text())
    change(index)
    (store / "index.json").write_text(json.dumps(index))


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda s: (s / "index.json").unlink(), "index.json: is missing, so this is no slice st"),
        (lambda s: truncate(s / "index.json"), "index.json: cannot be read as the index"),
        (lambda s: (s / "index.json").write_text("[]"), "index.json: cannot be read as the index"),
        (
            lambda s: change_index(s, lambda index: index.update(format=2)),
            "index.json: the store's format must be 1, got 2$",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"][1].pop("depth")),
            "index.json: cannot be read as the index",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"][1].update(first_slice=5)),
            "index.json: the slices of volume a must start at 4",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"].pop()),
            r"images.npy: must be float32 \(9, 8, 6, 1\) as the index says, "
            r"got float32 \(12, 8, 6, 1\)$",
        ),
        (lambda s: (s / "images.npy").unlink(), "images.npy: cannot be read as a NumPy array"),
        (lambda s: truncate(s / "images.npy"), "images.npy: cannot be read as a NumPy array"),
        (lambda s: (s / "masks.npy").write_bytes(b""), "masks.npy: cannot be read as a NumPy ar"),
        (
            lambda s: np.save(s / "masks.npy", np.zeros((12, 8, 6), np.int64)),
            r"masks.npy: must be uint8 \(12, 8, 6\) as the index says, got int64 \(12, 8, 6\)$",
        ),
    ],
)
def test_a_damaged_store_is_one_line(made, damage, message):
    damage(made)
    with pytest.raises(DataError, match=f"^{made}/{message}") as error:
        SliceStore.open(made)
    assert "\n" not in str(error.value)


def test_a_missing_store_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a slice store, got no such directory$"):
        SliceStore.open(tmp_path / "absent")
