"""The `dscl-tf` command."""

import errno
import importlib
import re
import sys
from typing import NoReturn

import click

from dscl_tf import __version__
from dscl_tf.errors import DsclError, Terminated, UsageError

from .group import Group
from .messages import in_options, notices, say
from .streams import open_standard_streams, raised_by_echo, silence
from .terminate import raising_terminated

GO_ON = "the same command goes on, a training run with --resume"
COMMANDS = (
    "demo",
    "init",
    "run",
    "data",
    "pretrain",
    "finetune",
    "evaluate",
    "compare",
    "predict",
    "export",
    "suggest",
    "reproduce",
)


class LazyGroup(Group):
    """Imports a command's module only when the command is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command `name` from the module of that name."""
        if name not in COMMANDS:
            return None
        return importlib.import_module(f"dscl_tf.cli.{name}").command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dscl-tf")
def cli() -> None:
    """Segment medical volumes from few labels: contrastive pre-training, fine-tuning, export.

    The steps of an experiment, in order: data prepare, pretrain global, pretrain local, finetune,
    evaluate, export. Without --config each uses the built-in phantom. `dscl-tf run` takes them all
    in a row, `dscl-tf demo` does so on the phantom.
    """


def main() -> None:
    """Run the command; a user's mistake is one line on standard error and an exit status."""
    open_standard_streams()
    try:
        with notices(), raising_terminated():
            _refuse_empty(sys.argv[1:])
            status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            error.show()  # a group without a command: its help
            sys.exit(error.exit_code)
        _fail(error.format_message(), error.exit_code)
    except DsclError as error:
        _fail(in_options(str(error)), error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        _fail(f"interrupted; {GO_ON}", 130)
    except Terminated as error:
        _fail(f"terminated; {GO_ON}", int(error.code or 0))
    except OSError as error:
        _fail_of_system(error)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _refuse_empty(arguments: list[str]) -> None:
    """Refuse arguments without text: an unset variable of a script must not mean the default."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument.strip() or re.fullmatch(r"--[\w-]+=\s*", argument):
            option = argument.strip() or before
            name = option.rstrip("=") if option.startswith("-") else "an argument"
            raise UsageError(f"{name}: must not be empty, got {argument.partition('=')[2]!r}")


def _fail_of_system(error: OSError) -> NoReturn:
    """End for what the system refused: a line for what users can mend, else the traceback."""
    if isinstance(error, BrokenPipeError):
        silence("stdout")  # flushed again at exit
        sys.exit(1)
    reason = error.strerror or str(error)
    if raised_by_echo(error):
        silence("stdout")
        _fail(f"standard output: cannot be written: {reason}", 1)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        _fail(f"{reason}: raise the limit of open files (ulimit -n)", 1)
    if error.errno is None or error.filename is None:
        raise error
    _fail(f"{error.filename}: {reason}", 1)


def _fail(message: str, status: int) -> NoReturn:
    say(f"dscl-tf: {' '.join(message.split())}")
    sys.exit(status)
