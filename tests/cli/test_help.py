import subprocess
import sys

import pytest

from dscl_tf import __version__

COMMANDS = [
    (),
    ("demo",),
    ("init",),
    ("data",),
    ("data", "prepare"),
    ("data", "inspect"),
    ("pretrain",),
    ("pretrain", "global"),
    ("pretrain", "local"),
    ("pretrain", "joint"),
    ("pretrain", "pretext"),
    ("pretrain", "augmentation"),
    ("finetune",),
    ("evaluate",),
    ("predict",),
    ("export",),
    ("reproduce",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_whole_in_its_lists(invoke, command) -> None:
    for option in ("--help", "-h"):
        result = invoke(*command, option)
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith("Usage: ")
        commands = result.out.partition("Commands:")[2]
        assert "..." not in commands


@pytest.mark.parametrize("command", [(), ("data",), ("pretrain",)], ids=" ".join)
def test_a_group_alone_shows_its_help(invoke, command) -> None:
    result = invoke(*command)
    assert result.err == invoke(*command, "--help").out


def test_version(invoke) -> None:
    assert invoke("--version").out == f"dscl-tf, version {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_imports_little(command) -> None:
    """So that it is quick: about 290 modules, neither NumPy nor Keras among them."""
    code = (
        "import sys\n"
        "from dscl_tf.cli import main\n"
        f"sys.argv = ['main', *{command}, '--help']\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    modules = result.stderr.split()
    assert not {"tensorflow", "keras", "numpy", "scipy", "nibabel"} & set(modules)
    assert 100 < len(modules) < 500
