"""SimpleDateFormat: the conformance rows, and the ends of time."""

import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.expr.rows import CONFORMANCE, rows
from tests.support.contexts import variable

from gatewright.expr import InvalidArgument, compile_template, parse_template
from gatewright.expr.functions.times import java_time_format

TABLE: dict[str, Any] = tomllib.loads((CONFORMANCE / "java_time.toml").read_text("utf-8"))
ROWS = rows("java_time")


@pytest.mark.parametrize("row", ROWS, ids=[row["format"] or "empty" for row in ROWS])
def test_a_format_writes_as_in_java(row: dict[str, Any]) -> None:
    write = java_time_format(row["format"])
    moments = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms) for ms in TABLE["moments"]]
    assert [write(moment) for moment in moments] == row["writes"]


@pytest.mark.parametrize("pattern", TABLE["refused"])
def test_a_format_that_java_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"letter|quote|three times"):
        java_time_format(pattern)


@pytest.mark.parametrize("seconds", ["99999999999999", "-99999999999999", "9" * 30])
def test_a_time_beyond_the_calendar_is_an_invalid_argument(seconds: str) -> None:
    template = parse_template("{timeFormatUTC('yyyy',when)}")
    render = compile_template(template, variable, on_unresolved=lambda _: "")
    with pytest.raises(InvalidArgument, match="time out of range"):
        render({"when": seconds})
