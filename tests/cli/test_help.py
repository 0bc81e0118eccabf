import subprocess
import sys
import time

import pytest

from dscl_tf import __version__

COMMANDS = [
    (),
    ("demo",),
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
def test_every_command_has_help_whole_in_its_lists(dscl_tf, command) -> None:
    for option in ("--help", "-h"):
        result = dscl_tf(*command, option)
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith("Usage: ")
        commands = result.out.partition("Commands:")[2]
        assert "..." not in commands


@pytest.mark.parametrize("command", [(), ("data",), ("pretrain",)], ids=" ".join)
def test_a_group_alone_shows_its_help(dscl_tf, command) -> None:
    result = dscl_tf(*command)
    assert result.err == dscl_tf(*command, "--help").out


def test_version(dscl_tf) -> None:
    assert dscl_tf("--version").out == f"dscl-tf, version {__version__}\n"


def test_help_is_quick_and_leaves_tensorflow_alone() -> None:
    code = (
        "import sys, dscl_tf.cli\n"
        "sys.argv = ['main', '--help']\n"
        "try:\n    dscl_tf.cli.main()\n"
        "finally:\n    assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "dscl_tf.cli", "--help"], check=True, stdout=subprocess.DEVNULL
    )
    assert time.perf_counter() - started < 1.0  # aim: 0.5
