"""The reference of the command line, from its Click commands."""

import inspect
from collections.abc import Iterator

import click

from dscl_tf.cli import cli

KEEP = "\b"  # Click's mark
MARKS = "\\*_[]<>#"


def commands_page() -> str:
    """Return a section for each command, in Markdown; a page in `docs/reference` holds them."""
    return "\n".join(_sections(cli, "dscl-tf", None))


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    """Yield the section of a command, and those of the commands of a group."""
    context = click.Context(command, parent, name if parent is None else name.split()[-1])
    yield _section(command, name, context)
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            inner = command.get_command(context, word)
            assert inner is not None  # the group has listed it
            yield from _sections(inner, f"{name} {word}", context)


def _section(command: click.Command, name: str, context: click.Context) -> str:
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    lines = [f"## `{name}`", "", "```", usage, "```", "", _help(command), ""]
    for parameter in command.params:  # without --help
        record = parameter.get_help_record(context)
        if record and record[1]:  # arguments are explained by the text above
            lines += [f"`{record[0]}`", f": {verbatim(' '.join(record[1].split()))}", ""]
    return "\n".join(lines)


def _help(command: click.Command) -> str:
    """Return a command's help text; paragraphs that begin with a backspace keep their lines."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    texts = [
        "```\n" + text.replace(KEEP, "").strip("\n") + "\n```" if KEEP in text else verbatim(text)
        for text in paragraphs
    ]
    return "\n\n".join(texts)


def verbatim(text: str) -> str:
    """Return Markdown that shows a text as it is, but for code between backquotes.

    >>> print(verbatim("such as '*t2*', in `a*b`"))
    such as '&#42;t2&#42;', in `a*b`
    """
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        parts[number] = "".join(f"&#{ord(one)};" if one in MARKS else one for one in parts[number])
    return "`".join(parts)
