"""A client's connection: order, limits, time, back-pressure, and what happens when it ends."""

import asyncio

import pytest
from tests.gateway.http.rig import ORIGIN, Rig, answering, status_of

from gatewright.engine.target import TargetCall
from gatewright.gateway.http.calls import Outcome
from gatewright.gateway.http.limits import Limits
from gatewright.message import Request, Response

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LIMITS = Limits()


def echo(request: Request) -> Response:
    return Response(content=request.uri.encode())


def bodies(received: bytes) -> list[bytes]:
    """The bodies of a row of answers with Content-Length."""
    found = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        length = int(head.rpartition(b"Content-Length: ")[2].split(b"\r\n")[0])
        found.append(rest[:length])
        received = rest[length:]
    return found


async def test_pipelined_requests_are_answered_in_order() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(50)))
    assert bodies(client.received) == [b"/%d" % n for n in range(50)]


async def test_a_pipelined_request_waits_until_the_one_before_is_answered() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET + GET.replace(b"/ ", b"/second "))
    assert len(rig.application.calls) == 1
    target.take()
    target.send(OK)
    assert target.received.startswith(b"GET /second ")
    target.send(OK)
    assert client.received == OK * 2


async def test_too_much_pipelined_pauses_reading_until_it_is_needed() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    client.send(GET * (LIMITS.held_bytes // len(GET) + 1))
    assert client.transport.is_reading_paused
    target.send(OK)
    assert not client.transport.is_reading_paused


async def test_a_client_that_does_not_read_gets_no_further_answers() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.protocol.pause_writing()
    client.send(GET * 3)
    assert client.received == b""
    client.protocol.resume_writing()
    assert len(bodies(client.received)) == 3


async def test_keep_alive_of_http_1_0_is_answered_in_kind() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert b"\r\nConnection: keep-alive\r\n" in client.received
    assert not client.is_over
    client.send(b"GET / HTTP/1.0\r\n\r\n")
    assert client.is_over


async def test_connection_close_is_honoured() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET)
    assert b"\r\nConnection: close\r\n" in client.received
    assert client.is_over
    assert len(rig.application.calls) == 1


async def test_head_is_answered_without_a_body() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.send(b"HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.received == b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"


# Limits: one more than allowed is refused, the limit itself is not.


@pytest.mark.parametrize("excess", [0, 1])
async def test_the_uri_has_a_limit(excess: int) -> None:
    rig = Rig(answering(lambda _: Response()))
    client = rig.client()
    uri = b"/" + b"a" * (LIMITS.request_uri - 1 + excess)
    client.send(b"GET " + uri + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status_of(client.received) == (414 if excess else 200)
    assert (b"protocol.http.TooBigLine" in client.received) is bool(excess)


@pytest.mark.parametrize("excess", [0, 1])
async def test_the_header_fields_have_a_limit(excess: int) -> None:
    rig = Rig(answering(lambda _: Response()))
    client = rig.client()
    fixed = b"Host: a\r\nX: \r\n"
    value = b"a" * (LIMITS.request_fields - len(fixed) + excess)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + value + b"\r\n\r\n")
    assert status_of(client.received) == (431 if excess else 200)
    assert (b"protocol.http.TooBigHeaders" in client.received) is bool(excess)


@pytest.mark.parametrize("excess", [0, 1])
async def test_the_number_of_fields_has_a_limit(excess: int) -> None:
    rig = Rig(answering(lambda _: Response()))
    client = rig.client()
    fields = b"X: y\r\n" * (LIMITS.field_count - 1 + excess)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n")
    assert status_of(client.received) == (431 if excess else 200)


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (b"GET /" + b"a" * LIMITS.request_line, 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * LIMITS.request_fields, 431),
    ],
)
async def test_a_head_without_end_is_refused_before_it_ends(stream: bytes, status: int) -> None:
    rig = Rig()
    client = rig.client()
    for at in range(0, len(stream), 1000):
        client.send(stream[at : at + 1000])
    assert status_of(client.received) == status


@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize("framing", ["declared", "chunked"])
async def test_a_body_that_is_not_streamed_has_a_limit(excess: int, framing: str) -> None:
    rig = Rig(answering(lambda _: Response()), buffers_request=True)
    rig.application.request_limit = 100
    client = rig.client()
    size = 100 + excess
    if framing == "declared":
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size)
    else:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % size)
    client.send(b"a" * 60, b"a" * (size - 60))
    client.send(b"\r\n0\r\n\r\n" if framing == "chunked" else b"")
    assert status_of(client.received) == (413 if excess else 200)
    assert (b"protocol.http.TooBigBody" in client.received) is bool(excess)


async def test_a_body_declared_too_big_is_refused_before_it_is_sent() -> None:
    rig = Rig()
    rig.application.request_limit = 100
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n")
    assert status_of(client.received) == 413
    assert client.is_over


async def test_a_streamed_body_that_grows_too_big_cuts_the_target_off_and_tells_the_client() -> None:
    rig = Rig()
    rig.application.request_limit = 100
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"50\r\n" + b"a" * 80)
    assert b"50\r\n" + b"a" * 80 in target.received
    client.send(b"\r\n50\r\n" + b"a" * 80)
    assert target.transport.is_aborted
    assert status_of(client.received) == 413
    assert client.is_over


# Expect: 100-continue (RFC 9110 §10.1.1).

EXPECTING = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize("buffers_request", [True, False])
async def test_a_client_that_waits_is_told_to_continue_when_its_body_is_wanted(buffers_request: bool) -> None:
    rig = Rig(buffers_request=buffers_request)
    target, client = rig.target(), rig.client()
    client.send(EXPECTING)
    assert client.take() == CONTINUE
    assert b"Expect" not in target.received
    client.send(b"hello")
    assert target.received.endswith(b"\r\n\r\nhello")
    target.send(OK)
    assert client.received == OK


async def test_a_client_that_waits_is_not_told_to_continue_when_its_body_is_not_wanted() -> None:
    rig = Rig(answering(lambda _: Response(401, "Unauthorized")))
    client = rig.client()
    client.send(EXPECTING)
    assert client.received == b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert client.is_over


async def test_a_client_that_did_not_wait_is_not_told_to_continue() -> None:
    rig = Rig(answering(lambda _: Response()), buffers_request=True)
    client = rig.client()
    client.send(EXPECTING + b"hel", b"lo")
    assert CONTINUE not in client.received


# Answers before the request is complete.


async def test_an_early_answer_is_the_connections_last_and_the_rest_is_dropped() -> None:
    rig = Rig(answering(lambda _: Response(403, "Forbidden")))
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
    assert b"\r\nConnection: close\r\n" in client.received
    assert client.transport.has_eof
    assert not client.transport.is_closed  # the client may still be writing: a reset could destroy the answer
    client.send(b"a" * 90, GET)
    assert len(rig.application.calls) == 1
    rig.pass_ms(LIMITS.linger_ms)
    assert client.transport.is_closed


async def test_a_target_that_answers_early_is_not_used_again() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
    target.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
    assert status_of(client.received) == 413
    assert target.transport.is_closed
    client.send(b"a" * 90)
    assert client.is_over


async def test_a_null_route_streams_the_request_back() -> None:
    def echo_body(request: Request) -> Response:
        return Response(content=b"" if request.stream else request.content, stream=request.stream)

    rig = Rig(answering(echo_body))
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
    client.send(b"world" + GET)
    assert client.received.startswith(
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhelloworldHTTP/1.1 200 OK"
    )


# Time.


async def test_a_head_that_trickles_is_timed_out() -> None:
    rig = Rig()
    client = rig.client()
    for byte in GET[:-1]:
        client.send(bytes([byte]))
        rig.pass_ms(300)
    assert status_of(client.received) == 408
    assert client.is_over


async def test_a_connection_that_says_nothing_is_closed_without_a_word() -> None:
    rig = Rig()
    client = rig.client()
    rig.pass_ms(LIMITS.head_ms)
    assert client.received == b""
    assert client.is_over


async def test_an_idle_connection_is_kept_for_its_time() -> None:
    rig = Rig(answering(echo))
    client = rig.client()
    client.send(GET)
    rig.pass_ms(LIMITS.keepalive_ms - 1_000)
    assert not client.is_over
    client.send(GET)
    rig.pass_ms(LIMITS.keepalive_ms - 1_000)
    assert not client.is_over
    rig.pass_ms(2_000)
    assert client.is_over


@pytest.mark.parametrize("buffers_request", [True, False])
async def test_a_body_that_stops_is_timed_out(buffers_request: bool) -> None:
    rig = Rig(buffers_request=buffers_request)
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
    rig.pass_ms(LIMITS.body_idle_ms)
    assert status_of(client.received) == 408
    assert b"RequestTimeOut" in client.received
    assert client.is_over
    assert target.transport.is_aborted is not buffers_request


async def test_a_body_that_trickles_is_timed_out() -> None:
    rig = Rig(buffers_request=True)
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(40):
        client.send(b"a" * 100)
        rig.pass_ms(1_000)
    assert status_of(client.received) == 408


async def test_a_slow_but_steady_body_is_taken() -> None:
    rig = Rig(buffers_request=True)
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n")
    for _ in range(79):
        client.send(b"a" * 500)
        rig.pass_ms(800)
    target = rig.target()
    client.send(b"a" * 500)
    assert len(target.received) > 40_000


async def test_a_client_that_takes_nothing_is_cut_off() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 100_000)
    client.transport.unsent = 100_000
    client.protocol.pause_writing()
    assert target.transport.is_reading_paused
    rig.pass_ms(LIMITS.write_idle_ms)
    assert client.transport.is_aborted


async def test_a_client_that_takes_enough_is_not_cut_off() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 100_000)
    client.transport.unsent = 100_000
    client.protocol.pause_writing()
    for _ in range(5):
        client.transport.unsent -= 10_000
        rig.pass_ms(LIMITS.write_idle_ms)
    assert not client.transport.is_aborted
    client.protocol.resume_writing()
    assert not target.transport.is_reading_paused


# Back-pressure.


async def test_a_slow_target_pauses_the_client() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 1000)
    target.protocol.pause_writing()
    assert client.transport.is_reading_paused
    rig.pass_ms(LIMITS.body_idle_ms)  # it is not the client who is slow
    assert client.received == b""
    target.protocol.resume_writing()
    assert not client.transport.is_reading_paused


async def test_a_body_nobody_takes_yet_is_held_only_so_far() -> None:
    asked = asyncio.get_running_loop().create_future()

    def waiting(request: Request):  # type: ignore[no-untyped-def]  # a flow that awaits something first
        yield asked
        return Response()

    rig = Rig(waiting)
    client = rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    client.send(b"a" * (LIMITS.held_bytes + 1))
    assert client.transport.is_reading_paused
    asked.cancel()
    await rig.tasks.cancel_all()


# Ends.


async def test_a_client_that_leaves_cancels_its_call() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    client.send_eof()
    assert target.transport.is_aborted
    rig.server.finish_ended()
    assert rig.outcomes == [Outcome.CLIENT_LEFT]
    assert rig.server.connection_count == 0


async def test_a_client_that_leaves_during_the_answer_cancels_its_call() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
    client.lose()
    assert target.transport.is_aborted
    rig.server.finish_ended()
    assert rig.outcomes == [Outcome.CLIENT_LEFT]


async def test_a_client_that_leaves_during_its_body_leaves_the_target_an_incomplete_request() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n")
    client.send_eof()
    assert target.transport.is_aborted
    assert not target.received.endswith(b"0\r\n\r\n")


async def test_a_request_cut_off_in_its_head_is_refused() -> None:
    rig = Rig()
    client = rig.client()
    client.send(GET[:-2])
    client.send_eof()
    assert status_of(client.received) == 400


async def test_the_application_hears_once_that_an_answer_was_sent() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(OK)
    assert rig.outcomes == []  # off the client's path
    rig.server.finish_ended()
    client.lose()
    rig.server.finish_ended()
    assert rig.outcomes == [Outcome.SENT]


async def test_a_call_that_ends_with_a_defect_is_answered_as_its_application_says() -> None:
    def failing(request: Request) -> Response:
        raise ZeroDivisionError

    rig = Rig(answering(failing))
    client = rig.client()
    client.send(GET)
    assert status_of(client.received) == 500
    assert client.received.endswith(b"\r\n\r\ndefect")


async def test_an_answer_that_replaces_the_targets_gives_the_target_up() -> None:
    def replacing(request: Request):  # type: ignore[no-untyped-def]
        yield TargetCall(request, ORIGIN)
        return Response(500, "Internal Server Error")

    rig = Rig(replacing)
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
    assert status_of(client.received) == 500
    assert target.transport.is_aborted
