"""The uses that must always work, as a new user types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dscl_tf.cli import options

tf = pytest.importorskip("tensorflow")
if __import__("keras").backend.backend() != "tensorflow":
    pytest.skip("the export is TensorFlow's", allow_module_level=True)

USES = (
    "pretrain global --strategy GD",
    "finetune --ntr 1 --mixup",
    "export --output exports/heart",
)


def assert_served(model: Path, side: int) -> None:
    served = tf.saved_model.load(str(model)).signatures["serving_default"]
    labels = served(image=tf.zeros((2, side, side, 1)))["label"]
    assert labels.shape == (2, side, side)


def test_the_three_uses_work_as_written_and_say_what_they_did(
    invoke, tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "DEFAULT_CONFIG", str(tiny_file))
    pretrained, finetuned, exported = (invoke(*use.split()) for use in USES)
    assert [result.status for result in (pretrained, finetuned, exported)] == [0, 0, 0]
    run = pretrained.out.removeprefix("finished ").strip()
    assert Path(run).parent == Path("runs")
    assert "no --config given: using the built-in" in pretrained.err
    assert "stores/tiny-volumes" in pretrained.err
    assert f"starting from {run}\n" in finetuned.err
    run = finetuned.out.removeprefix("finished ").strip()
    record = json.loads((Path(run) / "run.json").read_text())
    assert record["command"] == "main finetune --ntr 1 --mixup"
    assert f"using {run}\n" in exported.err
    assert exported.out == "exports/heart/1\n"
    assert_served(tmp_path / "exports" / "heart" / "1", 32)
    for result in (pretrained, finetuned, exported):
        assert "Warning" not in result.err


@pytest.mark.slow
def test_the_three_uses_at_full_size_as_processes(tmp_path: Path) -> None:
    for use in USES:
        result = subprocess.run(
            [sys.executable, "-m", "dscl_tf.cli", *use.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr
        assert "0000 00:00" not in result.stderr and "Warning" not in result.stderr
    assert_served(tmp_path / "exports" / "heart" / "1", 64)


def test_start_up_notices_stay_off_standard_error(tmp_path: Path) -> None:
    code = (
        "from dscl_tf.cli.quiet import import_tensorflow\n"
        "import_tensorflow()\n"
        "import sys, keras\n"
        "keras.ops.zeros(3)\n"
        "print('notice', file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "notice\n")


def test_a_failed_import_is_told_whole(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text(
        "import os\nos.write(2, b'the reason\\n')\nraise ImportError('broken')\n"
    )
    code = "from dscl_tf.cli.quiet import import_tensorflow\nimport_tensorflow()\n"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert result.returncode == 1
    assert "the reason\n" in result.stderr and "ImportError: broken" in result.stderr
