"""`dscl-tf export` with its formats, and into folders that are something else."""

import json
from pathlib import Path
from typing import get_args

import pytest

from dscl_tf.cli.export import command
from dscl_tf.export import conversion
from dscl_tf.export.formats import Format

if __import__("keras").backend.backend() != "tensorflow":
    pytest.skip("the export is TensorFlow's", allow_module_level=True)


@pytest.fixture
def finetuned(trained: Path) -> tuple[str, str]:
    return ("--run", str(trained / "finetune"))


def test_every_format_is_offered() -> None:
    (option,) = (option for option in command.params if option.name == "format")
    assert tuple(option.type.choices) == get_args(Format)


@pytest.mark.parametrize(
    ("format", "package", "file"),
    [("openvino", "openvino", "model.xml"), ("litert", "ai_edge_litert", "model.tflite")],
)
def test_another_format_is_written_and_said_to_compute_the_same(
    invoke, finetuned: tuple, tmp_path: Path, format: str, package: str, file: str
) -> None:
    pytest.importorskip(package)
    result = invoke("export", *finetuned, "--output", "out/tiny", "--format", format, "--json")
    assert json.loads(result.out) == {format: "out/tiny/1"}
    assert f"{format} computes TensorFlow's probabilities to " in result.err
    assert (tmp_path / "out" / "tiny" / "1" / file).is_file()
    mixed = invoke("export", *finetuned, "--output", "out/tiny", "--version", "2")
    mixed.assert_one_line_error(1, f"must hold versions of one format, got {format} in 1")


def test_a_folder_that_is_no_models_is_refused_and_untouched(
    invoke, finetuned: tuple, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.tex").touch()
    result = invoke("export", *finetuned, "--output", "papers")
    result.assert_one_line_error(1, "papers: must be a new folder or hold exported versions alone")
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["thesis.tex"]


def test_a_package_that_is_not_installed_is_named(
    invoke, finetuned: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "find_spec", lambda name: None)
    result = invoke("export", *finetuned, "--output", "out", "--format", "litert")
    result.assert_one_line_error(2, "--format: litert needs ai-edge-litert, which is not installed")
    assert not (tmp_path / "out").exists()
