"""Flow variables, row by row from tests/conformance/variables.toml."""

import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from tests.engine.harness import compiled, steps
from tests.gateway.http.rig import ORIGIN, Rig
from tests.support.ports import NOW_MS, FixedClock, make_ports

from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.context import FlowContext, MessageIds, Peer, Place, Runtime, VirtualHostFacts
from gatewright.engine.fault_rules import fail
from gatewright.engine.faults import fault
from gatewright.engine.target import TargetCall, TargetState
from gatewright.engine.target_endpoint import TargetEndpoint
from gatewright.engine.variables import PLATFORM_VARIABLES, CannotWrite, Segment, Variable, find_variable
from gatewright.engine.variables.messages import MESSAGE_ATTRIBUTES
from gatewright.gateway.http.calls import Run
from gatewright.message import Headers, Message, Request, Response, Value, text_of

ROWS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent.parent / "conformance" / "variables.toml").read_text()
)["row"]
SEGMENTS = {
    "proxy-request": Segment.REQUEST,
    "target-request": Segment.REQUEST,
    "response": Segment.RESPONSE,
    "fault": Segment.FAULT,
    "client": Segment.CLIENT,
}
SPECIAL: Mapping[object, Value] = {"<null>": None, "<half>": "\ud800"}
PLACE = Place("myorg", "test", "weatherapi", "3")
URL = "http://weather.example/api"
violation = fault("policies.ratelimit.QuotaViolation", 429, "Too much")


def headers(row: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in row.get("headers", ())]


def request(row: Mapping[str, Any], *own: tuple[bytes, bytes]) -> Request:
    uri = row.get("uri", "/v0/weather/forecastrss?w=12797282")
    fields = Headers([*own, *headers(row)])
    return Request(row.get("verb", "GET"), uri, fields, row.get("content", "").encode())


def new_flow(row: Mapping[str, Any]) -> FlowContext:
    """A call that has just entered its proxy endpoint."""
    host = (b"Host", b"myorg-test.localhost:9001")
    clock = FixedClock()
    flow = FlowContext(
        place=PLACE,
        request=request(row.get("request", {}), host),
        peer=Peer("192.0.2.1", 40_000, "127.0.0.1", 9001, "default", "http"),
        virtual_host=VirtualHostFacts("default", ("myorg-test.localhost", "localhost"), is_tls=False),
        proxy_endpoint="default",
        base_path="/v0/weather",
        path_suffix="/forecastrss",
        received_ms=clock.now_ms(),
        runtime=Runtime(clock, MessageIds("test"), "worker-1"),
        client_ip="198.51.100.7",
    )
    flow.flow_name = flow.proxy_flow_name = "PreFlow"
    flow.shared_flow, flow.flow_hook = row.get("shared_flow"), row.get("flow_hook")
    for name, made in row.get("named", {}).items():
        flow.variables[name] = request(made)
    return flow


def call_target(flow: FlowContext, row: Mapping[str, Any]) -> TargetCall:
    """Take the call through a target endpoint, which has answered in the end."""
    target = row.get("target", {})
    run = endpoint(target).run(flow, buffers_response=True, keeps_times=True)
    sent = next(run)
    assert isinstance(sent, TargetCall)
    answer = row.get("response", {})
    response = Response(
        answer.get("status", 200),
        answer.get("reason", "OK"),
        Headers(headers(answer)),
        answer.get("content", "").encode(),
    )
    with pytest.raises(StopIteration):
        run.send(response)
    return sent


def endpoint(target: Mapping[str, Any]) -> TargetEndpoint:
    names = {"copy_query": "target.copy.queryparams", "copy_path_suffix": "target.copy.pathsuffix"}
    policies = {
        key: f'<Write name="{key}"><Name>{name}</Name><Content>{text_of(target[key])}</Content></Write>'
        for key, name in names.items()
        if key in target
    }
    proxy = (
        "<HTTPProxyConnection><BasePath>/v0/weather</BasePath></HTTPProxyConnection>"
        '<RouteRule name="weather"><TargetEndpoint>default</TargetEndpoint></RouteRule>'
    )
    xml = (
        f"<PreFlow><Request>{steps(' '.join(policies))}</Request></PreFlow>"
        f"<HTTPTargetConnection><URL>{escape(target.get('url', URL))}</URL></HTTPTargetConnection>"
    )
    found = compiled(proxy, xml, policies).endpoints[0].routes[0].target
    assert found is not None
    return found


def flow_at(row: Mapping[str, Any]) -> FlowContext:
    """A call that has come as far as the row says."""
    flow, at = new_flow(row), row.get("at", "proxy-request")
    if at == "proxy-request":
        return flow
    flow.route_name = "weather"
    if at == "target-request":
        flow.target = TargetState("default", URL)
        return flow
    call_target(flow, row)
    if at == "fault":
        fail(flow, violation())
    if at == "client":
        flow.sent_start_ms, flow.sent_end_ms = NOW_MS + 6, NOW_MS + 7
    return flow


def compiler(row: Mapping[str, Any]) -> Compiler:
    shared = Compilation(PLACE, make_ports(), {}, lambda _: None)
    return Compiler(shared, SEGMENTS[row.get("at", "proxy-request")])


def shown(value: Value) -> object:
    """As rows write it."""
    if isinstance(value, Message):
        return value.text
    return "<null>" if value is None else value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_variables_are_what_the_reference_says(row: dict[str, Any]) -> None:
    flow, cx = flow_at(row), compiler(row)
    writes = [(cx.writer(name), SPECIAL.get(value, value)) for name, value in row.get("write", ())]
    if "refused" in row:
        (write, value) = writes[0]
        with pytest.raises(CannotWrite, match=row["refused"]):
            write(flow, value)
        return
    for write, value in writes:
        write(flow, value)
    read = {name: shown(cx.reader(name)(flow)) for name in row["reads"]}
    assert read == row["reads"]
    assert [type(value) for value in read.values()] == [type(value) for value in row["reads"].values()]


def test_every_row_has_a_source_and_a_place_in_a_flow() -> None:
    assert all(row["source"].startswith("https://") for row in ROWS)
    assert {row.get("at", "proxy-request") for row in ROWS} == set(SEGMENTS)
    assert len({row["name"] for row in ROWS}) == len(ROWS)


def test_every_variable_of_the_platform_has_a_row() -> None:
    tested = {name for row in ROWS for name in row.get("reads", ())}
    null = {each.name for each in PLATFORM_VARIABLES if "Always null" in each.doc}
    assert {each.name for each in PLATFORM_VARIABLES} - null <= tested
    attributes = {name.partition(".")[2] for name in tested}
    assert set(MESSAGE_ATTRIBUTES) <= attributes


@pytest.mark.parametrize("at", SEGMENTS)
@pytest.mark.parametrize("variable", PLATFORM_VARIABLES, ids=lambda variable: variable.name)
def test_a_read_only_variable_ignores_what_is_written(variable: Variable, at: str) -> None:
    if variable.write is not None:
        assert variable.name.startswith(("target.", "error."))
        return
    row = {"at": at}
    flow, cx = flow_at(row), compiler(row)
    before = shown(cx.reader(variable.name)(flow))
    cx.writer(variable.name)(flow, "something else")
    assert shown(cx.reader(variable.name)(flow)) == before


@pytest.mark.parametrize(
    ("name", "segment", "body"),
    [
        ("request.content", Segment.REQUEST, {"request"}),
        ("request.formparam.a", Segment.REQUEST, {"request"}),
        ("request.formparams.count", Segment.RESPONSE, {"request"}),
        ("message.content", Segment.REQUEST, {"request"}),
        ("message.content", Segment.RESPONSE, {"response"}),
        ("message.content", Segment.FAULT, {"response"}),
        ("message.content", Segment.CLIENT, {"request", "response"}),
        ("message", Segment.RESPONSE, {"response"}),
        ("response.content", Segment.REQUEST, {"response"}),
        ("error.content", Segment.FAULT, {"response"}),
        ("request.header.a", Segment.REQUEST, set()),
        ("request.queryparam.a", Segment.REQUEST, set()),
        ("made.content", Segment.REQUEST, set()),
    ],
)
def test_only_a_variable_of_a_body_has_it_buffered(name: str, segment: Segment, body: set[str]) -> None:
    shared = Compilation(PLACE, make_ports(), {}, lambda _: None)
    Compiler(shared, segment).reader(name)
    assert shared.buffers == body


def test_writing_content_needs_no_body_to_be_there() -> None:
    shared = Compilation(PLACE, make_ports(), {}, lambda _: None)
    Compiler(shared, Segment.REQUEST).writer("request.content")
    assert shared.buffers == set()


def test_a_written_form_parameter_has_the_body_buffered_since_the_others_must_be_kept() -> None:
    shared = Compilation(PLACE, make_ports(), {}, lambda _: None)
    Compiler(shared, Segment.REQUEST).writer("request.formparam.a")
    assert shared.buffers == {"request"}


def test_a_named_messages_variables_exist_only_while_the_variable_holds_a_message() -> None:
    variable = find_variable("made.header.x", Segment.REQUEST)
    flow = new_flow({})
    assert variable.read(flow) is None
    flow.variables["made"] = Request(headers=Headers([(b"X", b"1")]))
    assert variable.read(flow) == "1"


def test_what_the_target_is_sent_is_not_what_the_flow_reads() -> None:
    row = {"target": {"url": "http://weather.example/api?u=c"}}
    flow = new_flow(row)
    run = endpoint(row["target"]).run(flow, buffers_response=False, keeps_times=True)
    sent = next(run)
    assert isinstance(sent, TargetCall)
    assert sent.request.uri == "/api/forecastrss?u=c&w=12797282"
    run.close()
    assert flow.request.querystring == "w=12797282"


async def test_a_written_form_parameter_changes_the_length_on_the_wire() -> None:
    cx = compiler({})
    write = cx.writer("request.formparam.a")

    def run(request: Request) -> Run:
        flow = new_flow({})
        flow.request = request
        write(flow, "longer than before")
        yield TargetCall(request, ORIGIN)
        return Response()

    rig = Rig(run, buffers_request=cx.shared.buffers_request)
    target, client = rig.target(), rig.client()
    form = b"a=1&b=2"
    head = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    client.send(head + b"Content-Length: %d\r\n\r\n" % len(form) + form[:3], form[3:])
    body = b"a=longer+than+before&b=2"
    assert target.received.endswith(b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert target.received.lower().count(b"content-length") == 1
