"""Whatever a file holds, reading it is a volume or one `DataError`, soon and within its size."""

import gzip
import math
import tracemalloc

import nibabel as nib
import numpy as np
import pytest
from hypothesis import strategies as st
from nibabel.nifti1 import header_dtype

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.preprocess import prepare_image, prepare_mask
from dscl_tf.data.io.nifti import read_image, read_mask, write_mask
from dscl_tf.errors import DataError
from tests.data.effort import effort, holds
from tests.data.files import CLASSES, affine, save, settings
from tests.data.grid.directions import ANYWHERE, CODES

KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8", "c8"]
NUMBERS = st.one_of(
    st.floats(width=32), st.integers(-(2**31), 2**31 - 1), st.sampled_from([0, 1, -1, 352])
)
ROOM = 32 << 20  # bytes; the files here hold less than 64 KiB
FIELDS = [name for name in header_dtype.names if header_dtype[name].base.kind in "iuf"]


def outcome(path):
    """Read, prepare and bring back; the error's message, or the mask on the file's own grid."""
    tracemalloc.start()
    try:
        image = read_image(path)
        slices, there = prepare_image(image, settings())
        assert np.isfinite(slices).all()
        grid = np.stack([1 - slices[..., 0], slices[..., 0]], axis=-1)
        mask = there.to_native(grid).argmax(-1).astype(np.uint8)
        assert mask.shape == image.array.shape
        write_mask(path.with_name("mask.nii.gz"), mask, image)
        read_mask(path.with_name("mask.nii.gz"), image, CLASSES, may_be_empty=True)
        return mask
    except DataError as error:
        assert str(error).startswith(f"{path}: ") and "\n" not in str(error)
        return str(error)
    finally:
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert highest < ROOM, highest


@pytest.fixture
def good(tmp_path):
    noise = np.random.default_rng(0).integers(0, 900, (7, 6, 5), np.int16)
    return save(tmp_path / "good.nii", noise).read_bytes()


@pytest.fixture
def quiet(capfd, recwarn):
    yield
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@effort(50, 500)
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_flipped_bytes(good, tmp_path, ending, examples):
    def check(flips, cut):
        content = bytearray(good)
        for place, value in flips:
            content[place] = value
        content = bytes(content[: len(content) - cut])
        path = tmp_path / f"a{ending}"
        path.write_bytes(gzip.compress(content, 1) if ending.endswith("gz") else content)
        outcome(path)

    places = st.one_of(st.integers(0, 351), st.integers(0, len(good) - 1))
    flips = st.lists(st.tuples(places, st.integers(0, 255)), max_size=4)
    holds(examples, check, flips=flips, cut=st.sampled_from([0, 0, 0, 1, 400]))


@effort(50, 500)
def test_any_number_in_any_field(good, tmp_path, examples):
    def check(fields):
        content = bytearray(good)
        header = np.frombuffer(content, header_dtype, count=1)
        for name, numbers in fields.items():
            with np.errstate(all="ignore"):
                header[name].flat = np.array(numbers).astype(header_dtype[name].base)
        (tmp_path / "a.nii").write_bytes(content)
        outcome(tmp_path / "a.nii")

    numbers = st.lists(NUMBERS, min_size=1, max_size=8)
    fields = st.dictionaries(st.sampled_from(FIELDS), numbers, max_size=3)
    holds(examples, check, fields=fields)


@effort(40, 500)
def test_flipped_bytes_of_a_compressed_file(good, tmp_path, examples):
    packed = gzip.compress(good, 1)

    def check(flips):
        content = bytearray(packed)
        for place, value in flips:
            content[place] = value
        (tmp_path / "a.nii.gz").write_bytes(content)
        outcome(tmp_path / "a.nii.gz")

    flips = st.lists(st.tuples(st.integers(0, len(packed) - 1), st.integers(0, 255)), max_size=3)
    holds(examples, check, flips=flips)


@effort(40, 500)
def test_any_text_is_no_volume(tmp_path, examples):
    def check(content, ending):
        path = tmp_path / f"a{ending}"
        path.write_bytes(content)
        assert "cannot be read as NIfTI: " in outcome(path)

    holds(
        examples,
        check,
        content=st.binary(max_size=800),
        ending=st.sampled_from([".nii", ".nii.gz"]),
    )


@effort(40, 500)
def test_any_valid_volume_is_prepared_and_its_mask_written(tmp_path, examples):
    def check(kind, shape, spacing, turn, codes, forms, slope, inter, seed):
        values = np.random.default_rng(seed).integers(0, 100, shape)
        matrix = turn @ affine(spacing, codes)
        file = nib.Nifti1Image(values.astype(kind), None, dtype=kind)
        file.header.set_zooms(spacing)
        file.header.set_qform(matrix, forms[0])
        file.header.set_sform(matrix, forms[1])
        file.header.set_slope_inter(slope, inter)
        nib.save(nib.Nifti1Image(values.astype(kind), None, file.header, dtype=kind), path)
        result = outcome(path)
        if kind == "c8":
            assert "must be real numbers, got complex64" in result
        elif math.prod(shape) == 1:
            assert "intensities must vary" in result
        elif isinstance(result, str):  # few voxels, or most of them alike
            assert "intensities must vary" in result or "percentiles" in result
            assert np.percentile(values, 1) == np.percentile(values, 99)

    path = tmp_path / "a.nii.gz"
    holds(
        examples,
        check,
        kind=st.sampled_from(KINDS),
        shape=st.tuples(*[st.integers(1, 9)] * 3),
        spacing=st.tuples(*[st.floats(0.01, 100)] * 3),
        turn=ANYWHERE,
        codes=st.sampled_from(CODES),
        forms=st.tuples(*[st.integers(0, 4)] * 2),
        slope=st.floats(0.01, 100),
        inter=st.floats(-1000, 1000),
        seed=st.integers(0, 9),
    )


@effort(40, 500)
def test_any_mask_is_read_or_named(tmp_path, examples):
    image = read_image(save(tmp_path / "a.nii.gz", np.arange(60, dtype=np.int16).reshape(5, 4, 3)))
    path = tmp_path / "m.nii"

    def check(kind, labels):
        with np.errstate(all="ignore"):
            array = np.resize(np.array(labels), (5, 4, 3)).astype(kind)
        nib.save(nib.Nifti1Image(array, affine(), dtype=kind), path)
        try:
            mask = read_mask(path, image, CLASSES)
        except DataError as error:
            assert str(error).startswith(f"{path}: ")
        else:
            np.testing.assert_array_equal(mask, array)
            assert 0 < mask.max() <= 2
            assert prepare_mask(mask, Geometry.of(image, settings())).max() <= 2

    labels = st.lists(st.sampled_from([0, 1, 2, 3, -1, 1.5, 255, 256, math.nan]), min_size=1)
    holds(examples, check, kind=st.sampled_from(KINDS[:-1]), labels=labels)
