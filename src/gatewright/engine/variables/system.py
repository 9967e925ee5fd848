"""Variables of the machine and its clock: `system.*`."""

from collections.abc import Callable
from datetime import datetime

from gatewright.engine.context import FlowContext
from gatewright.engine.variables.times import http_time, moment
from gatewright.engine.variables.variable import Reader, Variable
from gatewright.message import Value


def _at(read: Callable[[datetime], Value]) -> Reader:
    def reader(flow: FlowContext) -> Value:
        return read(moment(flow.runtime.clock.now_ms()))

    return reader


def _time(name: str, doc: str, read: Callable[[datetime], Value]) -> Variable:
    return Variable(f"system.time.{name}", "Integer", doc, _at(read))


SYSTEM_VARIABLES: tuple[Variable, ...] = (
    Variable(
        "system.timestamp", "Long", "Now, in epoch milliseconds.", lambda flow: flow.runtime.clock.now_ms()
    ),
    Variable("system.time", "String", "Now.", lambda flow: http_time(flow.runtime.clock.now_ms())),
    _time("year", "The year.", lambda now: now.year),
    _time("month", "The month, from 1.", lambda now: now.month),
    _time("day", "The day of the month.", lambda now: now.day),
    _time("dayofweek", "The day of the week; Sunday is 1, as in Java.", lambda now: now.isoweekday() % 7 + 1),
    _time("hour", "The hour, 0 to 23.", lambda now: now.hour),
    _time("minute", "The minute.", lambda now: now.minute),
    _time("second", "The second.", lambda now: now.second),
    _time("millisecond", "The millisecond.", lambda now: now.microsecond // 1000),
    Variable("system.time.zone", "String", "The time zone, always UTC.", lambda _: "UTC"),
    Variable("system.uuid", "String", "The id of this gateway process.", lambda flow: flow.runtime.worker_id),
    Variable("router.uuid", "String", "The id of this gateway process.", lambda flow: flow.runtime.worker_id),
    Variable("system.pod.name", "String", "The pod; always gateway.", lambda _: "gateway"),
    Variable("system.region.name", "String", "The region; always local.", lambda _: "local"),
)
