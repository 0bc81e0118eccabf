"""Options that take several values in a row, as shells expand them from a pattern."""

import click


class SeveralValues(click.Command):
    """A command without arguments, whose repeatable options take several values each.

    `--baseline a b` means `--baseline a --baseline b`.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, after the name of its option was put before each further value."""
        several = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and parameter.multiple
            for name in parameter.opts
        }
        known = {
            name for one in self.get_params(context) for name in (*one.opts, *one.secondary_opts)
        }
        for name, following in zip(args, [*args[1:], None], strict=True):
            if name in several and (following is None or following.partition("=")[0] in known):
                # click would take the next option for the value, and name that as missing.
                raise click.BadOptionUsage(name, f"Option {name!r} requires an argument.", context)
        return super().parse_args(context, repeated(args, several))


def repeated(arguments: list[str], several: set[str]) -> list[str]:
    """Return arguments in which each value of an option in `several` follows the option's name.

    >>> repeated(["--a", "1", "2", "--b", "3"], {"--a"})
    ['--a', '1', '--a', '2', '--b', '3']
    >>> repeated(["--a=1", "2", "--b", "3", "4"], {"--a"})
    ['--a=1', '--a', '2', '--b', '3', '4']
    """
    found: list[str] = []
    option = ""
    for argument in arguments:
        if argument.startswith("-"):
            option = argument.partition("=")[0]
        elif option in several and found[-1] != option:
            found.append(option)
        found.append(argument)
    return found
