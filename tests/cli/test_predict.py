import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.data.files import ramp, save
from tests.serving.servers import SERVERS, Model, blobs


@pytest.fixture
def runs(trained: Path, tmp_path: Path) -> Path:
    """A directory with the fine-tuned run, as a command finds it."""
    shutil.copytree(trained / "finetune", tmp_path / "runs" / "finetune")
    return tmp_path / "runs"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder of two volumes."""
    for number in (1, 2):
        save(tmp_path / f"scans/{number}.nii.gz", ramp() + number)
    return tmp_path / "scans"


def test_the_same_command_goes_on_and_another_is_refused(invoke, runs: Path, scans: Path) -> None:
    first = invoke("predict", "scans/1*", "--output", "out")
    assert (first.out, first.status) == ("out/1.nii.gz\n", 0)
    *_, done, speed = first.err.splitlines()
    assert done == "scans/1.nii.gz: done (1/1)" and speed.startswith("1 volume in ")
    second = invoke("predict", "scans", "--output", "out", "--json", "--jobs", 2)
    answer = json.loads(second.out)
    assert answer["masks"] == ["out/1.nii.gz", "out/2.nii.gz"]
    assert (answer["kept"], answer["speed"]["volumes"]) == (1, 1)
    assert "out: 1 of 2 masks are there already" in second.err
    invoke("predict", "scans", "--output", "out", "--flip", "rows").assert_one_line_error(
        1, "with views.flips [], now ['rows']; name another --output"
    )
    invoke("predict", "scans", "--output", "scans").assert_one_line_error(
        1, "scans: inputs must lie outside the output, got none that does"
    )


def test_all_kinds_of_files_are_named(invoke, runs: Path, scans: Path) -> None:
    kinds = ("--probabilities", "--uncertainty", "--original-labels", "--suffix", "_seg")
    answer = json.loads(invoke("predict", "scans/1.nii.gz", "--output", "o", *kinds, "--json").out)
    assert answer["masks"] == ["o/1_seg.nii.gz"]
    assert answer["probabilities"] == ["o/1_seg_probabilities.nii.gz"]
    assert answer["uncertainty"] == ["o/1_seg_uncertainty.nii.gz"]


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--server", "gpu7/heart", "--model-json", "m"), 1, "m: cannot be read: No such file"),
        (("--server", "gpu7/heart", "--run", "finetune"), 2, "--server: must be grpc://HOST:PORT/"),
        (("--server", "http://gpu7/heart"), 2, "--server: needs one of --model-json and --run"),
        (("--model-json", "m"), 2, "--model-json: needs --server"),
        (
            ("--server", "http://gpu7/heart", "--run", "finetune", "--model-json", "m"),
            2,
            "--server: needs one of --model-json and --run",
        ),
        (("--suffix", "/x"), 2, "--suffix: must be part of a file's name"),
    ],
)
def test_options_that_do_not_fit_are_named(
    invoke, runs: Path, scans: Path, options: tuple[str, ...], status: int, message: str
) -> None:
    invoke("predict", "scans", "--output", "out", *options).assert_one_line_error(status, message)


def test_a_server_that_is_not_there_is_one_line(invoke, runs: Path, scans: Path) -> None:
    server = ("--server", "http://127.0.0.1:1/heart", "--run", "finetune", "--timeout", "1")
    refused = invoke("predict", "scans", "--output", "out", *server)
    refused.assert_one_line_error(1, "http://127.0.0.1:1/v1/models/heart: cannot be reached")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="export is TensorFlow only")
@pytest.mark.parametrize("scheme", SERVERS)
def test_masks_come_from_a_server_by_the_export_alone(
    invoke, runs: Path, scans: Path, tmp_path: Path, scheme: str
) -> None:
    invoke("export", "--output", "heart")
    shutil.rmtree(runs)

    def serve(image: np.ndarray) -> dict[str, np.ndarray]:
        probabilities = blobs(image)["probabilities"]
        return {"probabilities": np.concatenate([probabilities, 0 * image], -1)}

    with SERVERS[scheme](Model(serve, (32, 32, 1), 4)) as url:
        served = ("--server", url, "--model-json", "heart")
        result = invoke("predict", "scans", "--output", "out", *served)
        assert result.out == "out/1.nii.gz\nout/2.nii.gz\n"
        record = json.loads((tmp_path / "out/predict.json").read_text())
        assert record["made_with"]["server"] == url and record["complete"] is True
        other = Model(serve, (64, 32, 1), 4)
    with SERVERS[scheme](other) as url:
        invoke(
            "predict", "scans", "--output", "o", "--server", url, "--model-json", "heart"
        ).assert_one_line_error(1, "must take slices of 32 x 32 x 1 (rows, columns, channels)")
