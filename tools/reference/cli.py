"""docs/reference/cli.md: every command with its arguments and options."""

from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click
from tools.reference.markdown import code, page, table

from gatewright.cli.main import command
from gatewright.cli.options import SERVER_OPTIONS, speaks_to_server
from gatewright.cli.server import Server

_INTRODUCTION = """\
`serve` and `lint` work by themselves. Everything else speaks to the management API of a running server
and takes these options too, or the variables named with them:

{server_options}

| Exit status | Meaning |
| --- | --- |
| 0 | done |
| 1 | the bundle has errors; they stand on standard error |
| 2 | wrong usage or settings |
| 3 | the server refused, or cannot be reached |"""


def cli_page() -> str:
    example = click.command("example")(speaks_to_server(_nothing))
    introduction = _INTRODUCTION.format(server_options=_options(example.params))
    return page("The command line", introduction, *_sections("gatewright", command()))


def _nothing(_server: Server) -> None:
    """A command that has no options of its own."""


def _sections(path: str, one: click.Command) -> Iterator[str]:
    if isinstance(one, click.Group):
        yield f"## {path}\n\n{_help(one)}"
        for name, child in one.commands.items():
            yield from _sections(f"{path} {name}", child)
    else:
        usage = " ".join([path, *one.collect_usage_pieces(click.Context(one, info_name=path))])
        own = [parameter for parameter in one.params if parameter.name not in SERVER_OPTIONS]
        yield f"### {path}\n\n{_help(one)}\n\n```\n{usage}\n```"
        yield _options(own)


def _help(one: click.Command) -> str:
    return cleandoc(one.help or "")


def _options(parameters: Iterable[click.Parameter]) -> str:
    context = click.Context(click.Command("any"))
    rows = []
    for parameter in parameters:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            flags, doc = record
            rows.append((code(flags), " ".join(doc.replace("[", "(").replace("]", ")").split())))
    return table(("Option", "Meaning"), rows)
