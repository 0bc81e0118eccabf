import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from dscl_tf import __version__
from dscl_tf.cli import cli

COMMANDS = [
    (),
    ("demo",),
    ("init",),
    ("run",),
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
    ("compare",),
    ("predict",),
    ("export",),
    ("suggest",),
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


def options(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, an option's name and its help."""
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from options(below, (*words, name))
        return
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_flag and not option.multiple:
            _, text = option.get_help_record(context) or ("", "")
            yield " ".join(words), option.name or "", text


def test_every_option_that_takes_one_value_shows_its_default() -> None:
    """Flags are off, and options that may be repeated are not given, unless they say otherwise."""
    found = list(options(cli))
    assert len(found) > 80
    silent = [(words, name) for words, name, text in found if "default: " not in text]
    required = {("run", "config"), ("predict", "output"), ("export", "output")}
    assert set(silent) == required
