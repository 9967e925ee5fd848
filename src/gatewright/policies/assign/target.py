"""AssignTo, compiled: which message the actions work on, and when it is a new one."""

from collections.abc import Callable
from typing import TypeAlias, cast

from gatewright.engine.context import FlowContext
from gatewright.engine.variables import Segment
from gatewright.message import Message, Request, Response
from gatewright.policies.assign.assembly import Assembly
from gatewright.policies.assign.elements import AssignTo

Target: TypeAlias = Callable[[FlowContext], Message]

_AMBIENT = {
    Segment.REQUEST: "request",
    Segment.RESPONSE: "response",
    Segment.FAULT: "error",
    Segment.CLIENT: "message",
}


_ALWAYS_THERE = frozenset({"message", "request"})


def compile_target(assign_to: AssignTo | None, assembly: Assembly, *, reads_body: bool) -> Target:
    """Finds or makes the message.

    Without a name it is the flow's own: the request, the response, or in the error flow the error, whatever
    `type` says, unless createNew is true (docs: AssignMessage, AssignTo).
    """
    wanted = assign_to or AssignTo()
    if wanted.create_new:
        return _new(wanted, assembly)
    name = wanted.name or "message"
    find = assembly.cx.message(name, reads_body=reads_body)
    make = None
    if wanted.name is not None and wanted.create_new is None:
        make = _new(wanted, assembly)

    if name in _ALWAYS_THERE:
        return cast(Target, find)

    def target(flow: FlowContext) -> Message:
        message = find(flow)
        if message is not None:
            return message
        if make is not None:
            return make(flow)
        if flow.variables.get(name) is not None:
            raise assembly.not_a_message(name)
        raise assembly.unresolved(name)

    return target


def _new(wanted: AssignTo, assembly: Assembly) -> Target:
    """Makes a message and puts it in the place of the one before."""
    place = _place(wanted, assembly.cx.segment)
    is_request = _is_request(place, wanted, assembly.cx.segment)

    def request(flow: FlowContext) -> Message:
        made = Request()
        if place == "request":
            flow.request = made
        else:
            flow.variables[place] = made
        return made

    def response(flow: FlowContext) -> Message:
        made = Response()
        if place == "response":
            flow.response = made
        elif place == "error":
            flow.error = made
        else:
            flow.variables[place] = made
        return made

    return request if is_request else response


def _place(wanted: AssignTo, segment: Segment) -> str:
    if wanted.name is not None and wanted.name != "message":
        return wanted.name
    if wanted.type == "request":
        return "request"
    if wanted.type == "response" and segment is not Segment.FAULT:
        return "response"
    return _AMBIENT[segment]


def _is_request(place: str, wanted: AssignTo, segment: Segment) -> bool:
    """The platform's messages are what their names say; others what `type` says, else as the flow has it."""
    if place in ("request", "response", "error"):
        return place == "request"
    return wanted.type == "request" if wanted.type else segment is Segment.REQUEST
