"""Imports run one way, from the command line down to the configuration."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

import dscl_tf

PACKAGE = Path(dscl_tf.__file__).parent

# What each part may import besides itself.
GROUND = {
    "__init__",
    "errors",
    "files",
    "figures",
    "names",
    "pages",
    "parent",
    "process",
    "progress",
    "readers",
    "space",
    "streams",
    "temporary",
    "text",
}
CONFIG = GROUND | {"config", "configs"}
ARRAYS = CONFIG | {"losses", "augment", "models", "devices"}
RUNS = ARRAYS | {"data", "runs"}
MAY_IMPORT = {
    "errors": {"__init__"},
    "text": set(),
    "tensor": set(),
    "process": set(),
    "progress": set(),
    "figures": set(),
    "pages": {"text"},
    "files": {"errors", "temporary"},
    "temporary": set(),
    "parent": set(),
    "names": {"errors"},
    "readers": {"errors", "files", "text"},
    "space": {"errors"},
    "streams": set(),
    "devices": {"errors"},
    "config": GROUND,
    "configs": set(),
    "losses": {"errors", "tensor"},
    "augment": {"errors", "tensor", "config"},
    "models": {"errors", "tensor", "losses", "augment"},
    "data": CONFIG | {"augment"},
    "runs": RUNS,
    "health": RUNS,
    "evaluation": RUNS,
    "suggestion": RUNS | {"health", "evaluation"},
    "serving": RUNS | {"evaluation"},
    "stages": RUNS | {"health", "evaluation"},
    "planning": RUNS | {"health", "evaluation", "stages"},
    "export": RUNS | {"health", "evaluation", "stages"},
    "reproduce": RUNS | {"health", "evaluation", "stages"},
    "workflow": RUNS | {"health", "evaluation", "stages", "export"},
    "demo": RUNS | {"health", "evaluation", "stages", "export", "reproduce", "workflow"},
}


def imported(file: Path) -> Iterator[str]:
    """Yield the parts of the package that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "dscl_tf":
            names = [f"dscl_tf.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        for name in names:
            if name == "dscl_tf":
                yield "__init__"
            elif name.startswith("dscl_tf."):
                part = name.split(".")[1]
                yield part if (PACKAGE / part).exists() or part in MAY_IMPORT else "__init__"


def files() -> Iterator[tuple[str, Path]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        part = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part != "__init__":
            yield part, file


@pytest.mark.parametrize(
    ("part", "file"), files(), ids=[str(file.relative_to(PACKAGE)) for _, file in files()]
)
def test_a_file_imports_only_what_lies_below(part: str, file: Path) -> None:
    assert set(imported(file)) - {part} <= MAY_IMPORT[part]


def test_the_check_sees_an_import_that_runs_up(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.write_text("def late():\n    from dscl_tf.stages.launch import run_stage\n")
    assert not set(imported(file)) <= MAY_IMPORT["losses"]


@pytest.mark.parametrize(
    ("part", "file"), files(), ids=[str(file.relative_to(PACKAGE)) for _, file in files()]
)
def test_no_function_is_longer_than_sixty_lines(part: str, file: Path) -> None:
    functions = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.FunctionDef)]
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions}
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_half_of_all_files_are_shorter_than_a_hundred_lines() -> None:
    assert statistics.median(len(file.read_text().splitlines()) for _, file in files()) < 100
