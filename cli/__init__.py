"""The `dscl-tf` command."""

import importlib
import os
import sys

import click

from dscl_tf import __version__
from dscl_tf.errors import DsclError

from .messages import in_options, notices

COMMANDS = ("demo", "data", "pretrain", "finetune", "evaluate", "predict", "export", "reproduce")


class LazyGroup(click.Group):
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
    evaluate, export. Without --config each uses the built-in phantom. `dscl-tf demo` runs them all.
    """


def main() -> None:
    """Run the command; a user's mistake is one line on standard error and an exit status."""
    try:
        with notices():
            status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            error.show()  # a group without a command: its help
            sys.exit(error.exit_code)
        _fail(error.format_message(), error.exit_code)
    except DsclError as error:
        _fail(in_options(str(error)), error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted; the same command goes on, a training run with --resume", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # flushed again at exit
        sys.exit(1)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> None:
    click.echo(f"dscl-tf: {' '.join(message.split())}", err=True)
    sys.exit(status)
