import dataclasses
import json
import os
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.store.ranges import Ranges
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.file_prediction import predict_file
from dscl_tf.evaluation.folder_prediction import Predicted, predict_into
from dscl_tf.evaluation.masks import write_prediction
from dscl_tf.evaluation.outputs import Outputs
from dscl_tf.evaluation.views import Views
from dscl_tf.progress import TICK, Progress, told
from tests.data.files import save, settings
from tests.evaluation.predictors import CountingNetwork, predictor, scans
from tests.logs import InterruptionError, interrupted_at


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def record(folder: Path) -> dict:
    return json.loads((folder / "predict.json").read_text())


@pytest.mark.parametrize("jobs", [1, 3])
def test_masks_are_byte_for_byte_those_of_one_file_after_the_other(
    tmp_path: Path, jobs: int
) -> None:
    paths = scans(tmp_path / "in", 7)
    predicted = predict_into(tmp_path / "out", predictor(), paths, jobs=jobs)
    assert [mask.name for mask in predicted.masks] == [path.name for path in paths]
    for path, mask in zip(paths, predicted.masks, strict=True):
        alone = predict_file([CountingNetwork(jit_compile=False)], path, settings())
        write_prediction(tmp_path / path.name, alone.mask, alone.image)
        assert mask.read_bytes() == (tmp_path / path.name).read_bytes()
    assert predicted.speed.volumes == 7 and predicted.kept == 0


def test_lines_come_in_order_and_the_folder_says_that_it_is_complete(
    tmp_path: Path, lines: list[str]
) -> None:
    paths = scans(tmp_path / "in", 4)
    predict_into(tmp_path / "out", predictor(), [tmp_path / "in"], jobs=2)
    assert lines[:4] == [f"{path}: done ({n}/4)" for n, path in enumerate(paths, start=1)]
    assert lines[4].startswith("4 volumes in ")
    assert record(tmp_path / "out")["complete"] is True
    assert names(tmp_path / "out") == [
        *(path.name for path in paths),
        "labels.ctbl",
        "labels.txt",
        "predict.json",
    ]


def heard(caplog: pytest.LogCaptureFixture) -> list[tuple[int, int]]:
    found = [told(record) for record in caplog.records]
    return [(one.done, one.total) for one in found if isinstance(one, Progress)]


def test_a_display_hears_how_many_of_several_volumes_are_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = scans(tmp_path / "in", 3)
    save(paths[1], np.ones((9, 7, 3), np.float32))  # its header breaks no rule
    with caplog.at_level(TICK, "dscl_tf"):
        predict_into(tmp_path / "out", predictor(), paths, note=lambda *_: None)
        assert heard(caplog) == [(0, 3), (1, 3), (2, 3), (3, 3), (3, 3)]
        caplog.clear()
        predict_into(tmp_path / "one", predictor(), paths[:1])
        assert heard(caplog) == []


def test_what_was_stopped_goes_on_and_predicts_no_mask_twice(
    tmp_path: Path, lines: list[str]
) -> None:
    paths = scans(tmp_path / "in", 6)
    with interrupted_at(f"{paths[2]}: done"):
        predict_into(tmp_path / "out", predictor(), paths)
    there = record(tmp_path / "out")
    assert there["complete"] is False and list(there["done"]) == [one.name for one in paths[:3]]
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in there["done"]}
    lines.clear()
    network = CountingNetwork(jit_compile=False)
    predicted = predict_into(tmp_path / "out", predictor(network=network), paths)
    assert lines[0] == f"{tmp_path / 'out'}: 3 of 6 masks are there already"
    assert lines[1] == f"{paths[3]}: done (4/6)"
    assert (predicted.kept, predicted.speed.volumes, network.slices) == (3, 3, 9)
    assert [mask.name for mask in predicted.masks] == [path.name for path in paths]
    assert before == {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in before}
    predict_into(tmp_path / "whole", predictor(), paths)
    for path in paths:
        whole = (tmp_path / "whole" / path.name).read_bytes()
        assert whole == (tmp_path / "out" / path.name).read_bytes()


def test_a_call_with_nothing_left_loads_no_network(tmp_path: Path) -> None:
    scans(tmp_path / "in", 2)

    def again(of: Path) -> Predicted:
        return predict_into(tmp_path / "out", predictor(), [of])

    first = again(tmp_path / "in")
    once = predictor()
    object.__setattr__(once, "load", lambda: pytest.fail("the network was loaded"))
    second = predict_into(tmp_path / "out", once, [tmp_path / "in"])
    assert (second.masks, second.kept) == (first.masks, 2)
    assert record(tmp_path / "out")["complete"] is True


def test_an_input_that_changed_and_a_mask_that_is_gone_are_predicted_again(tmp_path: Path) -> None:
    changed, gone, _ = scans(tmp_path / "in", 3)
    predict_into(tmp_path / "out", predictor(), [tmp_path / "in"])
    old = (tmp_path / "out" / changed.name).read_bytes()
    shutil.copy(gone, changed)
    os.utime(changed, ns=(1, 1))
    (tmp_path / "out" / gone.name).unlink()
    predicted = predict_into(tmp_path / "out", predictor(), [tmp_path / "in"])
    assert predicted.kept == 1 and (tmp_path / "out" / gone.name).is_file()
    assert (tmp_path / "out" / changed.name).read_bytes() != old


def test_an_input_unlike_the_training_volumes_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [*scans(tmp_path / "in", 1), *scans(tmp_path / "deep", 1, depth=40)]
    ranges = Ranges(
        pixel=(0.1, 10),
        slice_spacing=(0.1, 100),
        field_of_view=(1, 100),
        slices=(2, 4),
        intensities=(0, 1000),
        contrast=(100, 1000),
    )
    like = dataclasses.replace(predictor(), ranges=ranges)
    predicted = predict_into(tmp_path / "out", like, paths, Outputs())
    assert predicted.unlike == {str(paths[1]): ["40 slices (2 to 4 in training)"]}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"{paths[1]}: unlike the training volumes: 40 slices (2 to 4 in training)"
    ]


def test_masks_in_a_folder_of_inputs_are_no_inputs(tmp_path: Path, lines: list[str]) -> None:
    scans(tmp_path, 2)
    for kept in (0, 2):
        predicted = predict_into(tmp_path / "out", predictor(), [tmp_path])
        assert (len(predicted.masks), predicted.kept) == (2, kept)
    assert f"{tmp_path / 'out'}: the 2 files in it are no inputs" in lines


def test_more_inputs_are_added(tmp_path: Path) -> None:
    first, second = scans(tmp_path / "in", 2)
    predict_into(tmp_path / "out", predictor(), [first])
    assert predict_into(tmp_path / "out", predictor(), [first, second]).kept == 1
    assert sorted(record(tmp_path / "out")["done"]) == [first.name, second.name]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": "other"}, r"with weights \['abc'\], now \['other'\]; name another `output`$"),
        ({"data": settings(percentiles=(2, 98))}, r"with data\.percentiles \[1\.0, 99\.0\], now "),
        ({"outputs": Outputs(uncertainty=True)}, r"with outputs\.uncertainty False, now True"),
        ({"views": Views(("rows",))}, r"with views\.flips \[\], now \['rows'\]"),
    ],
)
def test_masks_that_were_made_in_another_way_are_not_touched(
    tmp_path: Path, changes: dict, message: str
) -> None:
    scans(tmp_path / "in", 1)
    predict_into(tmp_path / "out", predictor(), [tmp_path / "in"])
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    options = {key: changes.pop(key) for key in ("outputs", "views") if key in changes}
    with pytest.raises(DataError, match=message):
        predict_into(tmp_path / "out", predictor(**changes), [tmp_path / "in"], **options)
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}


def test_a_mask_is_replaced_by_that_of_no_other_file(tmp_path: Path) -> None:
    (one,), (other,) = scans(tmp_path / "a", 1), scans(tmp_path / "b", 1)
    predict_into(tmp_path / "out", predictor(), [one])
    with pytest.raises(DataError, match=rf"000\.nii\.gz: is the mask of {one}, and would be "):
        predict_into(tmp_path / "out", predictor(), [other])


def test_a_file_that_somebody_put_there_is_not_replaced(tmp_path: Path) -> None:
    one, two = scans(tmp_path / "in", 2)
    predict_into(tmp_path / "out", predictor(), [one])
    (tmp_path / "out" / two.name).write_bytes(b"precious")
    with pytest.raises(DataError, match=r"001\.nii\.gz: must not be there already, since it is no"):
        predict_into(tmp_path / "out", predictor(), [one, two])
    assert (tmp_path / "out" / two.name).read_bytes() == b"precious"


@pytest.mark.parametrize("content", [None, "notes.txt"])
def test_a_folder_that_is_no_output_is_refused(tmp_path: Path, content: str | None) -> None:
    (one,) = scans(tmp_path / "in", 1)
    (tmp_path / "out").mkdir()
    if content:
        (tmp_path / "out" / content).touch()
    with pytest.raises(DataError, match=r"out: the output directory must not exist yet, or hold"):
        predict_into(tmp_path / "out", predictor(), [one])
    assert names(tmp_path / "out") == ([content] if content else [])


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    (one,) = scans(tmp_path / "in", 1)
    predict_into(tmp_path / "out", predictor(), [one])
    (tmp_path / "out/predict.json").write_text('{"version": 1}')
    with pytest.raises(DataError, match=r"predict\.json: must hold made_with"):
        predict_into(tmp_path / "out", predictor(), [one])


def test_a_folder_in_which_nothing_was_done_goes_away(tmp_path: Path) -> None:
    class Broken:
        def predict_on_batch(self, x: np.ndarray) -> None:
            raise InterruptionError

    scans(tmp_path / "in", 1)
    with pytest.raises(InterruptionError):
        predict_into(tmp_path / "out", predictor(network=Broken()), [tmp_path / "in"])
    assert names(tmp_path) == ["in"]


def test_what_is_skipped_is_on_record_and_tried_again(tmp_path: Path) -> None:
    bad, good = scans(tmp_path / "in", 2)
    whole = bad.read_bytes()
    bad.write_bytes(whole[:-60])
    skipped: dict[Path, DataError] = {}
    call = ([tmp_path / "in"], Outputs())
    predicted = predict_into(tmp_path / "out", predictor(), *call, note=skipped.__setitem__)
    assert ([mask.name for mask in predicted.masks], list(skipped)) == ([good.name], [bad])
    assert list(record(tmp_path / "out")["skipped"]) == [str(bad)]
    bad.write_bytes(whole)
    predicted = predict_into(tmp_path / "out", predictor(), *call, note=skipped.__setitem__)
    assert (len(predicted.masks), predicted.kept) == (2, 1)
    assert record(tmp_path / "out")["skipped"] == {}


def test_masks_hold_the_values_of_the_training_masks(tmp_path: Path) -> None:
    (one,) = scans(tmp_path / "in", 1)
    data = settings(labels={7: 1, 420: 2})
    (plain,) = predict_into(tmp_path / "plain", predictor(data), [one]).masks
    outputs = Outputs(original_labels=True, suffix="_seg")
    (mask,) = predict_into(tmp_path / "out", predictor(data), [one], outputs).masks
    assert mask.name == "000_seg.nii.gz" and nib.load(mask).get_data_dtype() == np.uint16
    numbers, values = (np.asarray(nib.load(path).dataobj) for path in (plain, mask))
    assert np.array_equal(np.array([0, 7, 420])[numbers], values)
    assert "  420 " in (tmp_path / "out/labels.txt").read_text()
    assert "\n420 pool " in (tmp_path / "out/labels.ctbl").read_text()


def test_probabilities_are_four_dimensional_and_lie_over_the_image(tmp_path: Path) -> None:
    (one,) = scans(tmp_path / "in", 1)
    predicted = predict_into(tmp_path / "out", predictor(), [one], Outputs(probabilities=True))
    (path,) = predicted.maps["probabilities"]
    file, image = nib.load(path), nib.load(one)
    assert path.name == "000_probabilities.nii.gz"
    assert (file.shape, file.get_data_dtype()) == ((*image.shape, 3), np.float32)
    assert np.array_equal(file.affine, image.affine)
    values = np.asarray(file.dataobj)
    np.testing.assert_allclose(values.sum(-1), 1, atol=1e-5)
    assert np.array_equal(values.argmax(-1), nib.load(predicted.masks[0]).dataobj)


def test_an_input_named_as_the_probabilities_of_another_is_refused(tmp_path: Path) -> None:
    (one,) = scans(tmp_path / "in", 1)
    other = Path(shutil.copy(one, tmp_path / "000_probabilities.nii.gz"))
    with pytest.raises(DataError, match=r"000_probabilities\.nii\.gz: is a mask's name and that"):
        predict_into(tmp_path / "out", predictor(), [one, other], Outputs(probabilities=True))


@pytest.mark.parametrize("suffix", ["/../x", "\n", "_" * 300])
def test_a_suffix_is_part_of_a_name(suffix: str) -> None:
    with pytest.raises(UsageError, match=r"^`suffix`: must be part of a file's name"):
        Outputs(suffix=suffix)
