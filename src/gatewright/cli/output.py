"""What a command prints: JSON as the server said it, or a table for people."""

import json
from collections.abc import Iterable, Sequence

import click

from gatewright.cli.server import Json


def show(value: Json, form: str) -> None:
    """Print a value of the management API. None, the answer of an action, prints nothing as a table."""
    if form == "json":
        click.echo(json.dumps(value, indent=2, ensure_ascii=False))
    else:
        for line in _lines(value):
            click.echo(line)


def _lines(value: Json) -> Iterable[str]:
    if value is None:
        return []
    if isinstance(value, dict):
        return _columns([(key, _cell(cell)) for key, cell in value.items()])
    if not isinstance(value, list):
        return [str(value)]
    rows = [row for row in value if isinstance(row, dict)]
    if not rows:
        return [_cell(item) for item in value]
    heads = list(dict.fromkeys(key for row in rows for key in row))
    return _columns([[head.upper() for head in heads], *[[_cell(row.get(h)) for h in heads] for row in rows]])


def _cell(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = (zip(row, [*widths[:-1], 0], strict=True) for row in rows)
    return ["  ".join(cell.ljust(width) for cell, width in row).rstrip() for row in padded]
