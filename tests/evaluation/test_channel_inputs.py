from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.config import Data
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.channel_inputs import channel_inputs, joined
from dscl_tf.evaluation.folder_prediction import predict_into
from dscl_tf.evaluation.inputs import Input, list_inputs
from tests.data.sequences import patient, save, write_decathlon, write_folders, write_nnunet
from tests.evaluation.predictors import predictor

DATA = Data(
    layout="msd", classes={1: "organ"}, spacing=(1, 1), grid=(32, 32), channels=["T2", "ADC"]
)


class DarkInSecond:
    """Takes for organ what is dark in the second channel."""

    def predict_on_batch(self, x):
        return np.concatenate([np.zeros_like(x[..., 1:]), 0.5 - x[..., 1:]], axis=-1)


def predict(output: Path, *inputs: Path, **options):
    return predict_into(output, predictor(DATA, network=DarkInSecond()), inputs, **options)


def names(volumes):
    return [(one.mask_name, one.path.name, [path.name for path in one.further]) for one in volumes]


def check(masks):
    for number, mask in enumerate(masks):
        expected = patient(number)[2]
        found = np.asarray(nib.load(mask).dataobj)
        assert 2 * (found * expected).sum() / (found.sum() + expected.sum()) > 0.9


def test_each_patient_of_a_folder_gets_a_mask(tmp_path, lines):
    folder = write_nnunet(tmp_path / "in", count=2) / "imagesTr"
    masks = predict(tmp_path / "out", folder).masks
    assert [mask.name for mask in masks] == ["p_0.nii.gz", "p_1.nii.gz"]
    check(masks)
    save(folder / "p_1_0001.nii.gz", patient(1)[1] + 1)
    assert predict(tmp_path / "out", folder).kept == 1, "a changed channel is predicted again"


def test_all_ways_to_name_the_channels_give_the_same_masks(tmp_path):
    plain = predict(tmp_path / "plain", write_nnunet(tmp_path / "in") / "imagesTr").masks
    four = predict(tmp_path / "four", write_decathlon(tmp_path / "dec") / "imagesTr").masks
    source = write_folders(tmp_path / "folders")
    folders = {"ADC": source / "adc", "T2": source / "t2"}
    by_folder = predict(tmp_path / "by_folder", channels=folders).masks
    files = {name: folder / "0.nii.gz" for name, folder in folders.items()}
    by_file = predict(tmp_path / "by_file", channels=files).masks
    assert [mask.name for mask in by_folder] == ["0.nii.gz", "1.nii.gz", "2.nii.gz"]
    for expected, *others in zip(plain, four, by_folder, strict=True):
        for other in others:
            assert np.array_equal(nib.load(other).dataobj, nib.load(expected).dataobj)
    assert np.array_equal(nib.load(by_file[0]).dataobj, nib.load(plain[0]).dataobj)


def test_files_of_other_channels_are_passed_over_and_counted(tmp_path, lines):
    folder = write_nnunet(tmp_path, count=1) / "imagesTr"
    save(folder / "p_0_0002.nii.gz", patient(0)[0])
    assert names(joined(list_inputs([folder], DATA), DATA)) == [
        ("p_0.nii.gz", "p_0_0000.nii.gz", ["p_0_0001.nii.gz"])
    ]
    assert lines == ["passed over 1 files of channels other than T2 (0), ADC (1)"]


def test_a_network_of_one_channel_takes_the_file_of_that_channel(tmp_path):
    folder = write_nnunet(tmp_path, count=1) / "imagesTr"
    data = Data(**{**DATA.model_dump(), "channels": {"ADC": 1}})
    found = joined(list_inputs([folder], data), data)
    assert names(found) == [("p_0.nii.gz", "p_0_0001.nii.gz", [])]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_channel_is_an_error_or_left_out(tmp_path, missing):
    folder = write_nnunet(tmp_path / "in", count=2) / "imagesTr"
    (folder / f"p_0_000{missing}.nii.gz").unlink()
    message = rf"volume p_0 must have a file of channel {('T2', 'ADC')[missing]} \({missing}\), got"
    with pytest.raises(DataError, match=message):
        predict(tmp_path / "out", folder)
    skipped = {}
    masks = predict(tmp_path / "out", folder, note=skipped.__setitem__).masks
    assert [mask.name for mask in masks] == ["p_1.nii.gz"]
    assert list(skipped) == [folder / f"p_0_000{1 - missing}.nii.gz"]


def test_channels_on_different_grids_are_refused_before_any_prediction(tmp_path):
    folder = write_nnunet(tmp_path / "in", count=2) / "imagesTr"
    save(folder / "p_1_0001.nii.gz", patient(1)[1], np.diag([-2.0, -1, 4, 1]))
    with pytest.raises(DataError, match=r"p_1_0001.nii.gz onto that of .*p_1_0000.nii.gz$"):
        predict(tmp_path / "out", folder)
    assert not (tmp_path / "out").exists()


def test_masks_of_one_name_are_an_error():
    files = [Input(name, Path(name)) for name in ("p_0000.nii", "p_0001.nii", "p.nii")]
    with pytest.raises(DataError, match=r"must have different names, got p.nii for p.nii too"):
        joined(files, DATA)


def test_patterns_are_paired_by_the_names_of_their_files(tmp_path):
    source = write_folders(tmp_path)
    given = {"T2": source / "t2" / "*.nii.gz", "ADC": source / "adc" / "*.nii.gz"}
    folders = {"T2": source / "t2", "ADC": source / "adc"}
    assert names(channel_inputs(given, DATA)) == names(channel_inputs(folders, DATA))
    given["ADC"] = source / "adc" / "0*.nii.gz"
    with pytest.raises(DataError, match=r"1\.nii\.gz"):
        channel_inputs(given, DATA)
    given["T2"] = source / "t2" / "1.nii.gz"
    assert names(channel_inputs(given, DATA)) == [("1.nii.gz", "1.nii.gz", ["0.nii.gz"])]


def test_a_folder_must_not_lack_a_file(tmp_path):
    source = write_folders(tmp_path)
    (source / "adc/1.nii.gz").unlink()
    with pytest.raises(DataError, match=r"volume 1.nii.gz must have a file of channel ADC"):
        channel_inputs({"T2": source / "t2", "ADC": source / "adc"}, DATA)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"T2": "t2"}, "must name each of T2, ADC once, got T2$"),
        ({"T2": "t2", "DWI": "adc"}, "got T2, DWI$"),
        (
            {"T2": "t2", "ADC": "adc/0.nii.gz"},
            "must be single files, or folders and patterns",
        ),
    ],
)
def test_channels_that_do_not_fit_are_a_usage_error(tmp_path, given, message):
    source = write_folders(tmp_path)
    with pytest.raises(UsageError, match=message):
        channel_inputs({name: source / path for name, path in given.items()}, DATA)


def test_a_network_of_one_channel_has_none_to_name():
    with pytest.raises(UsageError, match="needs a network of several channels"):
        channel_inputs({"T2": Path("a.nii")}, DATA.model_copy(update={"channels": None}))
