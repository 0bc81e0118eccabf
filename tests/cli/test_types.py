"""Type checks cover the command line: its own calls, and those of the library."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLI_FILES = sorted((ROOT / "cli").rglob("*.py"))

# Lines that are added to a file of the command line, and what must be said of each.
WRONG = {
    "store_path(3, resolve_config(None))": 'Argument 1 to "store_path" has incompatible type "int"',
    "resolve_config(['phantom'])": 'Argument 1 to "resolve_config" has incompatible type',
    "load_config('phantom', overrides=1)": 'Argument "overrides" to "load_config" has incompatible',
    "reproduce('table3', ntr=1)": 'Argument "ntr" to "reproduce" has incompatible type "int"',
}


@pytest.mark.parametrize("file", CLI_FILES, ids=[file.name for file in CLI_FILES])
def test_a_file_imports_its_neighbours_relatively(file: Path) -> None:
    """By `dscl_tf.cli`, a path that the tree does not have, types would be unknown."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level or not (node.module or "").startswith("dscl_tf.cli")
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("dscl_tf.cli") for alias in node.names)


@pytest.mark.slow
def test_a_wrong_argument_in_the_command_line_fails_the_check(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cli", tmp_path / "cli")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "dscl_tf").symlink_to(ROOT / "dscl_tf")
    file = tmp_path / "cli" / "training.py"
    imports = (
        "from dscl_tf.config.files import load_config\nfrom dscl_tf.reproduce import reproduce"
    )
    text = f"{file.read_text()}\n{imports}\n"
    first = len(text.splitlines()) + 1
    file.write_text(text + "\n".join(WRONG))

    result = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 1, result.stdout + result.stderr
    for number, message in enumerate(WRONG.values(), start=first):
        assert f"cli/training.py:{number}: error: {message}" in result.stdout
    assert f"Found {len(WRONG)} errors in 1 file" in result.stdout  # and none without the change
