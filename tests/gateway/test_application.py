"""A call from the snapshot to its answer, and what becomes of calls that do not go well."""

import asyncio
import json
import logging
from collections.abc import Callable

import pytest
from tests.engine.harness import DEFECT, Scripted, compiled, drive, steps
from tests.support.ports import FixedClock

from gatewright.engine.context import FlowContext, MessageIds, Peer, Runtime, VirtualHostFacts
from gatewright.engine.flow import Run
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.snapshot import NOTHING, Snapshot, virtual_host_routes
from gatewright.engine.target import Failure, TargetCall, TargetFailed
from gatewright.gateway.application import Call, Gateway, GatewayApplication, NotFound
from gatewright.gateway.http.calls import Outcome
from gatewright.message import Headers, Request, Response

HOST = "myorg-test.localhost"
PEER = Peer("192.0.2.1", 40_000, "127.0.0.1", 9001, "default", "http")
BASE_PATH = "<HTTPProxyConnection><BasePath>/marks</BasePath></HTTPProxyConnection>"
ROUTE = '<RouteRule name="r"><TargetEndpoint>default</TargetEndpoint></RouteRule>'


def proxy(
    request: str = "", response: str = "", after: str = "", url: str = "http://t.example"
) -> CompiledProxy:
    return compiled(
        f"<PreFlow><Request>{steps(request)}</Request><Response>{steps(response)}</Response></PreFlow>"
        f"<PostClientFlow><Response>{steps(after)}</Response></PostClientFlow>{BASE_PATH}{ROUTE}",
        f"<HTTPTargetConnection><URL>{url}</URL></HTTPTargetConnection>",
    )


def snapshot_of(*proxies: CompiledProxy) -> Snapshot:
    facts = VirtualHostFacts("default", (HOST,), is_tls=False)
    routes = virtual_host_routes("myorg", "test", facts, proxies)
    return Snapshot(1, {(False, HOST): routes}, routes)


class House:
    """An application whose background work runs at once, and the flows of its calls."""

    def __init__(self, *proxies: CompiledProxy) -> None:
        self.gateway = Gateway(snapshot_of(*proxies) if proxies else NOTHING)
        self.clock = FixedClock()
        runtime = Runtime(self.clock, MessageIds("test"), "worker-1")
        self.application = GatewayApplication(self.gateway, runtime, self._background)

    def call(self, uri: str = "/marks/x", content: bytes = b"") -> Call:
        handling = self.handle(uri, content)
        assert isinstance(handling, Call)
        return handling

    def handle(self, uri: str, content: bytes = b"") -> object:
        return self.application.handle(Request("GET", uri, host(), content), PEER)

    def _background(self, run: Run) -> None:
        asyncio.run(drive(run, Scripted(TargetFailed(Failure.CONNECT))))


def host() -> Headers:
    return Headers([(b"Host", HOST.encode())])


def flow_of(call: Call) -> FlowContext:
    return call._flow


def marks(call: Call) -> str:
    return str(flow_of(call).variables.get("marks", "")).strip()


def answered(call: Call, target: Response | TargetFailed) -> Response:
    """What the client gets."""
    answers: list[Response] = []

    def run() -> Run:
        try:
            response = yield from call.run()
        except Exception:  # noqa: BLE001  # as the gateway drives it
            response = call.fail()
        answers.append(response)

    asyncio.run(drive(run(), Scripted(target)))
    if call.wants_finish:
        call.finish(Outcome.SENT)
    return answers[0]


def test_a_call_goes_through_its_proxy() -> None:
    call = House(proxy("a", "b", "c")).call()
    assert answered(call, Response(content=b"ok")).content == b"ok"
    assert marks(call) == "a b c"


@pytest.mark.parametrize("uri", ["/other", "/marksman", "/"])
def test_a_path_that_no_proxy_serves_is_answered_as_edges_router_does(uri: str) -> None:
    handling = House(proxy()).handle(uri)
    assert isinstance(handling, NotFound)
    with pytest.raises(StopIteration) as end:
        next(handling.run())
    body = end.value.value.content
    assert json.loads(body)["fault"]["faultstring"] == (
        f"Unable to identify proxy for host: default and url: {uri}"
    )
    assert uri.replace("/", "\\/").encode() in body


def test_before_the_first_snapshot_nothing_is_served() -> None:
    assert isinstance(House().handle("/marks"), NotFound)


def test_a_call_keeps_the_snapshot_that_it_began_with() -> None:
    house = House(proxy("a", "b", "c"))
    call = house.call()
    run = call.run()
    assert isinstance(next(run), TargetCall)
    house.gateway.current = snapshot_of(proxy("x", "y", "z"))
    with pytest.raises(StopIteration):
        run.send(Response())
    call.finish(Outcome.SENT)
    assert marks(call) == "a b c"
    assert marks_of_new(house) == "x y z"


def marks_of_new(house: House) -> str:
    call = house.call()
    answered(call, Response())
    return marks(call)


@pytest.mark.parametrize("where", ["break", "pause-break"])
@pytest.mark.parametrize("make", [lambda step: proxy(step), lambda step: proxy("", step)])
def test_a_defect_is_a_500_that_gives_away_nothing_but_the_message_id(
    make: Callable[[str], CompiledProxy], where: str, caplog: pytest.LogCaptureFixture
) -> None:
    call = House(make(where)).call()
    response = answered(call, Response())
    assert response.status == 500
    assert json.loads(response.content) == {
        "fault": {
            "faultstring": f"Internal error. Message id: {flow_of(call).message_id}",
            "detail": {"errorcode": "messaging.runtime.InternalError"},
        }
    }
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.__dict__["message_id"] == flow_of(call).message_id
    assert record.exc_info is not None
    assert DEFECT in caplog.text


def test_post_client_flow_sees_that_a_defect_ended_the_call() -> None:
    call = House(proxy("break", "", "a")).call()
    response = answered(call, Response())
    assert flow_of(call).error is response
    assert marks(call) == "a"


def test_a_defect_in_post_client_flow_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    call = House(proxy("", "", "a break b")).call()
    assert answered(call, Response(content=b"ok")).content == b"ok"
    assert marks(call) == "a"
    assert "a PostClientFlow failed" in caplog.text


def test_a_client_that_leaves_before_the_answer_ends_the_call_and_post_client_flow_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    call = House(proxy("a", "b", "c")).call()
    run = call.run()
    next(run)
    run.close()
    call.finish(Outcome.CLIENT_LEFT)
    assert marks(call) == "a c"
    assert flow_of(call).sent_end_ms == 0
    assert caplog.records == []


def test_the_times_of_the_answer_are_known_after_it_has_gone_out() -> None:
    house = House(proxy("", "", "a"))
    call = house.call()
    run = call.run()
    next(run)
    house.clock.advance(5)
    with pytest.raises(StopIteration):
        run.send(Response())
    house.clock.advance(2)
    call.finish(Outcome.SENT)
    flow = flow_of(call)
    assert (flow.sent_start_ms - flow.received_start_ms, flow.sent_end_ms - flow.sent_start_ms) == (5, 2)


def test_why_a_target_failed_is_logged_without_the_query_that_may_hold_a_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    call = House(proxy(url="http://t.example/a?apikey=secret-1")).call("/marks/x?token=secret-2")
    assert answered(call, TargetFailed(Failure.CONNECT, "refused")).status == 503
    (record,) = caplog.records
    assert record.__dict__["target"] == "http://t.example/a"
    assert "refused" in record.__dict__["reason"]
    assert "secret" not in str(record.__dict__)
