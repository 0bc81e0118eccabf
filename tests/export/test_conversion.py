import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from dscl_tf.errors import DataError, UsageError
from dscl_tf.export import conversion
from dscl_tf.export.conversion import ENGINES, check_engine, compare, one_by_one, smooth_slices
from dscl_tf.export.formats import MODEL_FILES, Format
from dscl_tf.export.saved_model import export_saved_model
from tests.export.models import OPTIONS, SLICES, picture_model, small_model

CONVERTED = ("openvino", "litert")


@pytest.fixture(params=CONVERTED)
def format(request):
    pytest.importorskip(ENGINES[request.param].package)
    return request.param


def answers(valid, probability):
    return {"valid": np.array(valid), "probabilities": np.full((len(valid), 1), probability)}


def test_every_format_has_an_engine_and_a_file():
    assert set(MODEL_FILES) == set(get_args(Format)) == {"saved_model", *ENGINES}


def test_a_converted_network_computes_the_same_in_any_batch(exported, tmp_path, format):
    model = exported.model
    saved = export_saved_model(model, tmp_path / "unet", **OPTIONS, format=format)
    answer = ENGINES[format].load(saved / MODEL_FILES[format])
    for rows in (5, 1, 3):
        outputs = answer(SLICES[:rows])
        expected = exported.probabilities[:rows]
        np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-5)
        np.testing.assert_array_equal(outputs["label"], outputs["probabilities"].argmax(-1))
    bad = SLICES.copy()
    bad[1, 3, 3] = np.nan
    outputs = answer(bad)
    assert outputs["valid"].tolist() == [True, False, True, True, True]
    assert np.isnan(outputs["probabilities"][1]).all() and (outputs["label"][1] == -1).all()


def test_it_is_whole_and_its_description_names_what_it_answers(tmp_path, format):
    saved = export_saved_model(
        picture_model(), tmp_path / "street", **OPTIONS, version=4, format=format
    )
    files = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    weights = {"model.bin"} if format == "openvino" else set()
    assert files == {MODEL_FILES[format], "assets.extra/model.json"} | weights
    facts = json.loads((saved / "assets.extra/model.json").read_text())
    assert facts["format"] == format and list(facts["signatures"]) == ["serving_default"]
    outputs = facts["signatures"]["serving_default"]["outputs"]
    assert set(outputs) == {"probabilities", "label", "valid"}


def test_openvino_reads_the_saved_model_itself(exported):
    openvino = pytest.importorskip("openvino")
    compiled = openvino.Core().compile_model(
        exported.saved, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    probabilities = compiled(SLICES)["probabilities"]
    np.testing.assert_allclose(probabilities, exported.probabilities, atol=1e-5)


def test_it_runs_with_no_tensorflow_in_the_process(exported, tmp_path, format):
    saved = export_saved_model(exported.model, tmp_path / "unet", **OPTIONS, format=format)
    np.save(tmp_path / "slices.npy", SLICES)
    script = str(Path(__file__).with_name("engine_client.py"))
    command = [sys.executable, script, str(saved / MODEL_FILES[format]), "slices.npy", "out.npy"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    probabilities = np.load(tmp_path / "out.npy")
    np.testing.assert_allclose(probabilities, exported.probabilities, atol=1e-5)


def test_a_network_that_comes_out_different_is_not_kept(tmp_path, monkeypatch):
    broken = ENGINES["litert"]._replace(
        write=lambda source, path: path.touch(),
        load=lambda path: (
            lambda image: {
                "valid": np.isfinite(image).all((1, 2, 3)),
                "probabilities": np.full((len(image), 16, 24, 3), 0.3),
            }
        ),
    )
    monkeypatch.setitem(conversion.ENGINES, "litert", broken)
    monkeypatch.setattr(conversion, "find_spec", lambda name: True)
    with pytest.raises(DataError, match=r"litert must compute .* to 1e-05, got a difference of"):
        export_saved_model(small_model(), tmp_path / "unet", **OPTIONS, format="litert")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("got", "difference"),
    [
        (answers([True, False], 0.75), 0.25),
        (answers([True, True], 0.5), np.inf),
        (answers([True, False], np.nan), np.nan),
        (answers([True], 0.5), np.inf),
    ],
)
def test_differences_count_where_rows_are_valid(got, difference):
    expected = answers([True, False], 0.5)
    expected["probabilities"][1] = np.nan
    measured = compare(lambda image: got, lambda image: expected, (2, 2, 1))
    np.testing.assert_equal(measured, difference)


@pytest.mark.parametrize("format", CONVERTED)
def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch, format):
    monkeypatch.setattr(conversion, "find_spec", lambda name: None)
    install = rf'pip install "dscl-tf\[{format}\]"'
    with pytest.raises(UsageError, match=f"^`format`: {format} needs .*: {install}"):
        check_engine(format)
    check_engine("saved_model")


def test_the_slices_that_it_runs_on_are_smooth_and_from_0_to_1():
    slices = smooth_slices((64, 48, 2))
    assert slices.shape == (4, 64, 48, 2) and (slices.min(), slices.max()) == (0, 1)
    assert np.abs(np.diff(slices, axis=1)).max() < 0.2


def test_slices_are_asked_for_one_by_one():
    sizes = []

    def answer(image):
        sizes.append(len(image))
        return {"valid": np.ones(len(image), bool), "sum": image.sum((1, 2, 3))}

    image = np.arange(12, dtype=np.float32).reshape(3, 2, 2, 1)
    answered = one_by_one(answer)(image)
    assert sizes == [1, 1, 1] and answered["sum"].tolist() == [6, 22, 38]
