"""Conformance rows of single policies: a message goes in, a message, variables or a fault come out.

policy      the policy's XML
segment     request (default), response or fault: where the step stands
request     verb, path (what follows the base path), headers, form, content
response    status, reason, headers, content; there by default in the response segment
error       the same, in the fault segment
messages    further messages by variable name: the fields of a response where `status` is given
variables   flow variables set beforehand
expect      on: the message that the other keys are about (default: the flow's own)
            content, headers (null: absent), status, reason, verb, uri; variables (null: no value);
            fault, faultstring, answer (the body that the client gets when no fault rule runs)
"""

import tomllib
from pathlib import Path
from typing import Any

from tests.policies.support import Outcome, request, run

from gatewright.engine.context import FlowContext
from gatewright.engine.variables import Segment, find_variable
from gatewright.message import Headers, Message, Request, Response, text_of
from gatewright.policies.base import Policy

CONFORMANCE = Path(__file__).parents[1] / "conformance"
ABSENT = "<absent>"
"""Stands in a row for a header field or variable that must not be there; TOML has no null."""


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows of a file in tests/conformance."""
    rows: list[dict[str, Any]] = tomllib.loads((CONFORMANCE / f"{name}.toml").read_text())["row"]
    return rows


def check_row(policy_type: type[Policy], row: dict[str, Any]) -> None:
    """Run the row's policy and compare all that the row expects."""
    segment = Segment(row.get("segment", "request"))
    outcome = run(policy_type, row["policy"], _flow(row, segment), segment=segment)
    expected = row["expect"]
    fault = outcome.fault
    assert (None if fault is None else fault.code) == expected.get("fault"), fault
    if fault is not None and "faultstring" in expected:
        assert fault.message == expected["faultstring"]
    _compare_variables(outcome.flow, segment, expected.get("variables", {}))
    if not expected.keys() <= {"fault", "faultstring", "variables"}:
        _compare_message(_message(outcome, segment, expected.get("on")), expected)


def _flow(row: dict[str, Any], segment: Segment) -> FlowContext:
    given = dict(row.get("request", {}))
    if "content" in given:
        given["content"] = given["content"].encode()
    flow = request(**given, variables=row.get("variables"))
    if segment is Segment.RESPONSE or "response" in row:
        flow.response = _response(row.get("response", {}))
    if segment is Segment.FAULT:
        flow.error = _response({"status": 500, **row.get("error", {})})
    for name, fields in row.get("messages", {}).items():
        flow.variables[name] = _response(fields) if "status" in fields else _request(fields)
    return flow


def _response(fields: dict[str, Any]) -> Response:
    status = fields.get("status", 200)
    return Response(status, fields.get("reason", "OK"), _headers(fields), fields.get("content", "").encode())


def _request(fields: dict[str, Any]) -> Request:
    content = fields.get("content", "").encode()
    return Request(fields.get("verb", "GET"), fields.get("uri", "/"), _headers(fields), content)


def _headers(fields: dict[str, Any]) -> Headers:
    headers = Headers()
    for name, values in fields.get("headers", {}).items():
        for value in [values] if isinstance(values, str) else values:
            headers.add(name, value)
    return headers


def _message(outcome: Outcome, segment: Segment, name: str | None) -> Message:
    flow = outcome.flow
    if name is None:
        return flow.message if segment is not Segment.REQUEST or flow.error else flow.request
    found = find_variable(name, segment).read(flow)
    assert isinstance(found, Message), f"{name} holds no message"
    return found


def _compare_variables(flow: FlowContext, segment: Segment, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        found = find_variable(name, segment).read(flow)
        if value == ABSENT:
            assert found is None, name
        else:
            assert (found if type(found) is type(value) else text_of(found)) == value, name


def _compare_message(message: Message, expected: dict[str, Any]) -> None:
    if "content" in expected:
        assert message.text == expected["content"]
    for name, value in expected.get("headers", {}).items():
        fields = message.headers.get_all(name)
        assert (fields[0] if len(fields) == 1 else fields or ABSENT) == value, name
    if "fields" in expected:
        assert len(message.headers) == expected["fields"]
    if "status" in expected or "reason" in expected:
        assert isinstance(message, Response)
        assert message.status == expected.get("status", message.status)
        assert message.reason == expected.get("reason", message.reason)
    if "verb" in expected or "uri" in expected or "version" in expected:
        assert isinstance(message, Request)
        assert message.verb == expected.get("verb", message.verb)
        assert message.uri == expected.get("uri", message.uri)
        assert message.version == expected.get("version", message.version)
