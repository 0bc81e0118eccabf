import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config import BiasCorrection, Data, Experiment
from dscl_tf.data.grid.bias_correction import correct_bias
from dscl_tf.data.inspect import inspect_store
from dscl_tf.data.inspect.report import text_report
from dscl_tf.data.io import read_image
from dscl_tf.data.layouts import Case, find_cases
from dscl_tf.data.store import SliceStore, write_store
from dscl_tf.errors import DataError
from tests.config.channel_trees import tree
from tests.data.sequences import patient, save, write_decathlon, write_folders, write_nnunet

COMMON = {"classes": {1: "organ"}, "spacing": (1, 1), "grid": (32, 32)}
DATA = Data(layout="msd", channels=["T2", "ADC"], **COMMON)


def prepared(source, directory, data=DATA):
    write_store(find_cases(data, source), data, directory)
    return SliceStore.open(directory)


def test_every_channel_is_as_a_store_of_its_own(tmp_path):
    source = write_nnunet(tmp_path / "source")
    both = prepared(source, tmp_path / "both")
    assert both.images.shape == (24, 32, 32, 2)
    for number in (0, 1):
        alone = prepared(
            source, tmp_path / str(number), Data(layout="msd", channel=number, **COMMON)
        )
        np.testing.assert_array_equal(both.images[:][..., number], alone.images[:][..., 0])
        np.testing.assert_array_equal(both.masks[:], alone.masks[:])
        entry, other = both.volumes["p_1"], alone.volumes["p_1"]
        assert (entry.intensity_range, *entry.further_ranges)[number] == other.intensity_range
        assert (entry.source, *entry.further_sources)[number] == other.source
        assert (other.further_sources, other.further_ranges) == ((), ())


@pytest.mark.parametrize("kind", ["4-D", "folders"])
def test_all_layouts_give_the_same_slices(tmp_path, kind):
    expected = prepared(write_nnunet(tmp_path / "source"), tmp_path / "expected")
    data, source = DATA, tmp_path / "other"
    if kind == "4-D":
        write_decathlon(source)
    else:
        images = {"T2": "t2/{id}.nii.gz", "ADC": "adc/{id}.nii.gz"}
        folder = {"images": images, "masks": "masks/{id}.nii.gz"}
        data = Data(layout="folder", folder=folder, channels=["T2", "ADC"], **COMMON)
        write_folders(source)
    store = prepared(source, tmp_path / "store", data)
    np.testing.assert_array_equal(store.images[:], expected.images[:])
    np.testing.assert_array_equal(store.masks[:], expected.masks[:])


def test_inspection_names_the_channels(tmp_path):
    store = prepared(write_nnunet(tmp_path / "source"), tmp_path / "store")
    text = text_report(inspect_store(store, Experiment(**tree(channels=["T2", "ADC"]))))
    assert "channels           T2, ADC; intensities of T2" in text


def test_a_change_of_any_channel_is_seen(tmp_path):
    source, directory = write_nnunet(tmp_path / "source"), tmp_path / "store"
    prepared(source, directory)
    assert not write_store(find_cases(DATA, source), DATA, directory).prepared
    save(source / "imagesTr/p_1_0001.nii.gz", patient(7)[1])
    assert write_store(find_cases(DATA, source), DATA, directory).prepared == ["p_1"]


def test_the_order_of_channels_is_a_setting(tmp_path):
    source, directory = write_nnunet(tmp_path / "source"), tmp_path / "store"
    before = prepared(source, directory).images[:].copy()
    turned = Data(layout="msd", channels={"ADC": 1, "T2": 0}, **COMMON)
    np.testing.assert_array_equal(prepared(source, directory, turned).images[:], before[..., ::-1])


def test_the_bias_of_each_channel_is_corrected(tmp_path):
    source = write_nnunet(tmp_path / "source", count=1)
    settings = BiasCorrection(iterations=(2,))
    data = DATA.model_copy(update={"bias_correction": settings})
    found = prepared(source, tmp_path / "store", data).volumes["p_0"]
    for number, ends in enumerate((found.intensity_range, *found.further_ranges)):
        alone = read_image(source / f"imagesTr/p_0_000{number}.nii.gz", Data(**COMMON))
        expected = np.percentile(correct_bias(alone, settings), (1, 99))
        np.testing.assert_allclose(ends, expected, rtol=1e-5)


def test_a_channel_without_contrast_is_named(tmp_path):
    files = [save(tmp_path / name, patient(0)[0]) for name in ("a.nii", "b.nii")]
    spike = np.zeros_like(patient(0)[0])
    spike[0, 0, 0] = 1
    nib.save(nib.Nifti1Image(spike, nib.load(files[1]).affine), files[1])
    case = Case("a", files[0], None, further=(files[1],))
    with pytest.raises(DataError, match=r"must differ, got 0 for both, in channel ADC$"):
        write_store([case], DATA, tmp_path / "store")
