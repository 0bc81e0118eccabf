"""A group of commands that says which command a wrong one may stand for."""

import click

from dscl_tf.text import meant


class Group(click.Group):
    """A group of commands, each of which may have commands below it."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name.

        Raises:
            click.UsageError: there is none of that name.
        """
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            known = self.list_commands(context)
            if arguments[0].startswith("-"):
                raise
            raise click.UsageError(
                f"No such command {arguments[0]!r:.80}; must be one of {', '.join(known)}"
                f"{meant(arguments[0], known)}",
                context,
            ) from error
