"""Both sides over real sockets: targets that are slow, rude or gone, and clients that are."""

import asyncio
import os
import resource
import socket
import time
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from tests.gateway.http.origin import Running, ScriptedOrigin, gateway, read_head, reset, serving, target
from tests.gateway.http.rig import Flow, passing

from gatewright.engine.target import Origin, TargetCall
from gatewright.gateway.http.calls import Run
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.pool import VISITED_AT_MOST
from gatewright.message import Request, Response

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def unlimited(origin: ScriptedOrigin) -> Flow:
    return passing(origin=origin.origin, response_limit=None)


def impatient(origin: ScriptedOrigin) -> Origin:
    return Origin("http", "127.0.0.1", origin.port, io_timeout_ms=300)


async def test_one_connection_to_the_target_serves_many_requests() -> None:
    async with target(serving(OK)) as origin, gateway(origin.origin) as running:
        reader, writer = await running.connect()
        for _ in range(20):
            writer.write(GET)
            assert await read_head(reader) == OK[:-2]
            assert await reader.readexactly(2) == b"ok"
        writer.close()
        assert origin.connections == 1


async def test_an_answer_in_single_bytes_is_put_together() -> None:
    async def trickling(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async with target(trickling) as origin, gateway(origin.origin) as running:
        answer = await running.ask(LAST)
    assert answer.endswith(b"\r\n\r\nok")


async def test_a_refused_connection_is_told_apart() -> None:
    async with gateway(Origin("http", "127.0.0.1", free_port())) as running:
        assert (await running.ask(LAST)).endswith(b"CONNECT")


async def test_a_name_that_does_not_resolve_is_told_apart() -> None:
    async with gateway(Origin("http", "no.such.name.invalid", 80)) as running:
        assert (await running.ask(LAST)).endswith(b"DNS")


async def test_a_target_that_does_not_accept_is_timed_out() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # fill the queue of a listener that never accepts
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        origin = Origin("http", "127.0.0.1", deaf.getsockname()[1], connect_timeout_ms=200)
        async with gateway(origin) as running:
            assert (await running.ask(LAST)).endswith(b"CONNECT_TIMEOUT")
        for one in waiting:
            one.close()


async def test_a_silent_target_is_timed_out() -> None:
    async def silent(reader: Reader, writer: Writer) -> None:
        await reader.read(-1)

    async with target(silent) as origin, gateway(impatient(origin)) as running:
        begin = time.monotonic()
        assert (await running.ask(LAST)).endswith(b"TIMEOUT")
        assert 0.3 <= time.monotonic() - begin < 2
        await asyncio.wait_for(origin.ended.wait(), 2)


async def test_a_target_that_stalls_in_its_body_ends_the_clients_connection() -> None:
    async def stalling(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await reader.read(-1)

    async with target(stalling) as origin, gateway(impatient(origin)) as running:
        with pytest.raises(ConnectionResetError):
            await running.ask(GET)


async def test_a_target_that_resets_before_it_answers_is_told_apart() -> None:
    async def rude(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        reset(writer)

    async with target(rude) as origin, gateway(origin.origin) as running:
        assert (await running.ask(LAST)).endswith(b"EOF")


async def test_a_target_that_resets_in_its_body_ends_the_clients_connection() -> None:
    async def rude(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    async with target(rude) as origin, gateway(origin.origin) as running:
        with pytest.raises(ConnectionResetError):
            await running.ask(b"GET / HTTP/1.0\r\n\r\n")


async def test_garbage_is_told_apart() -> None:
    async with target(serving(b"220 mail.example ESMTP\r\n")) as origin, gateway(origin.origin) as running:
        assert (await running.ask(LAST)).endswith(b"MALFORMED")


async def test_a_kept_connection_that_the_target_has_closed_costs_no_request() -> None:
    async def once(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(OK)

    async with target(once) as origin, gateway(origin.origin) as running:
        reader, writer = await running.connect()
        for _ in range(30):
            writer.write(GET)
            assert await read_head(reader) == OK[:-2]
            assert await reader.readexactly(2) == b"ok"
        writer.close()
        assert origin.connections == 30


def leading_to(origin: ScriptedOrigin) -> Flow:
    """As `target.url` does: where a call goes stands in the call. No snapshot names these origins."""

    def flow(request: Request) -> Run:
        host = request.path.strip("/")
        named = Origin("http", f"{host}.example", 80, address=("127.0.0.1", origin.port))
        response = yield TargetCall(request, named)
        return cast(Response, response)

    return flow


async def call(reader: Reader, writer: Writer, path: str) -> None:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert await read_head(reader) == OK[:-2]
    assert await reader.readexactly(2) == b"ok"


async def test_an_origin_that_only_calls_lead_to_keeps_its_connection_for_the_next_call() -> None:
    async with target(serving(OK)) as origin, gateway(leading_to(origin)) as running:
        reader, writer = await running.connect()
        for _ in range(20):
            await call(reader, writer, "/somewhere")
        writer.close()
        assert (origin.connections, len(running.pools)) == (1, 1)


async def test_a_thousand_origins_that_only_calls_lead_to_leave_the_latest_few_connected() -> None:
    async with target(serving(OK)) as origin, gateway(leading_to(origin)) as running:
        reader, writer = await running.connect()
        for number in range(1_000):
            await call(reader, writer, f"/o{number}")
            await call(reader, writer, "/favourite")  # never the one unused for longest
        assert len(running.pools) == VISITED_AT_MOST
        assert origin.connections == 1_001
        await call(reader, writer, "/o999")
        assert origin.connections == 1_001
        await call(reader, writer, "/o0")
        assert origin.connections == 1_002
        writer.close()
        await origin.has_open(VISITED_AT_MOST)
        running.pools.close()
        await origin.has_open(0)
        assert len(running.pools) == 0


async def connected(origin: Origin, running: Running, count: int) -> None:
    """So many calls at once, which leave as many idle connections."""
    clients = [await running.connect() for _ in range(count)]
    for _, writer in clients:
        writer.write(GET)
    for reader, writer in clients:
        assert await read_head(reader) == OK[:-2]
        writer.close()
    await asyncio.sleep(0.05)
    assert running.pools.of(origin).idle_count == count


async def test_idle_connections_make_room_when_no_more_files_may_be_open() -> None:
    async with target(serving(OK)) as busy, target(serving(OK)) as other:
        ways = {"/": busy.origin, "/other": other.origin}
        async with gateway(lambda request: passing(origin=ways[request.path])(request)) as running:
            await connected(busy.origin, running, 20)
            reader, writer = await running.connect()
            await asyncio.sleep(0.05)
            with no_more_files():
                writer.write(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
                answer = await read_head(reader)
            writer.close()
            assert answer == OK[:-2]
            assert running.pools.of(busy.origin).idle_count == 0


@contextmanager
def no_more_files() -> Iterator[None]:
    """This process may open nothing until something is closed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)  # the lowest number that is free, and the limit is on numbers
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(("verb", "is_retried"), [("GET", True), ("PUT", True), ("POST", False)])
async def test_a_request_that_dies_on_a_kept_connection_is_sent_again_if_it_may_be(
    verb: str, is_retried: bool
) -> None:
    """RFC 9110 §9.2.2: only what may be done twice."""
    seen: list[bytes] = []

    async def dying(reader: Reader, writer: Writer) -> None:
        seen.append(await read_head(reader))
        writer.write(OK)
        await writer.drain()
        if len(seen) == 1:
            seen.append(await read_head(reader))
            reset(writer)

    async with target(dying) as origin, gateway(origin.origin) as running:
        reader, writer = await running.connect()
        for line in (GET, f"{verb} / HTTP/1.1\r\nHost: a\r\n\r\n".encode()):
            writer.write(line)
            head = await read_head(reader)
            await reader.readexactly(2 if b"200 OK" in head else 3)
        writer.close()
        assert head.startswith(b"HTTP/1.1 200" if is_retried else b"HTTP/1.1 502")
        assert len(seen) == (3 if is_retried else 2)


async def test_a_client_that_leaves_takes_its_target_request_with_it() -> None:
    arrived = asyncio.Event()

    async def slow(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        arrived.set()
        assert await reader.read(1) == b""

    async with target(slow) as origin, gateway(origin.origin) as running:
        _, writer = await running.connect()
        writer.write(GET)
        await arrived.wait()
        writer.close()
        await asyncio.wait_for(origin.ended.wait(), 2)


async def test_a_large_answer_waits_for_a_slow_client() -> None:
    size = 64 * 1024 * 1024
    sent = 0

    async def large(reader: Reader, writer: Writer) -> None:
        nonlocal sent
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // 65536):
            writer.write(bytes(65536))
            await writer.drain()
            sent += 65536

    async with (
        target(large) as origin,
        gateway(passing(origin=origin.origin, response_limit=None)) as running,
    ):
        reader, writer = await running.connect()
        writer.write(LAST)
        await asyncio.sleep(0.5)
        assert sent < size / 2  # what the sockets and the gateway hold, and no more
        received = 0
        while piece := await reader.read(1 << 20):
            received += len(piece)
        writer.close()
    assert received > size


async def write_until_full(writer: Writer, size: int) -> int:
    """Write zeros until nobody has taken any for half a second; how many."""
    sent = 0
    while sent < size:
        writer.write(bytes(65536))
        sent += 65536
        try:
            await asyncio.wait_for(writer.drain(), 0.5)
        except TimeoutError:
            break
    return sent


async def test_a_large_request_waits_for_a_slow_target() -> None:
    size = 64 * 1024 * 1024
    go_on = asyncio.Event()
    received = 0

    async def slow(reader: Reader, writer: Writer) -> None:
        nonlocal received
        await read_head(reader)
        await go_on.wait()
        while received < size:
            received += len(await reader.read(1 << 20))
        writer.write(OK)

    async with target(slow) as origin, gateway(origin.origin) as running:
        running.application.request_limit = None
        reader, writer = await running.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
        sent = await write_until_full(writer, size)
        assert sent < size / 2
        go_on.set()
        writer.write(bytes(size - sent))
        assert (await reader.read(-1)).endswith(b"ok")
        writer.close()
    assert received == size


async def test_an_early_answer_reaches_a_client_that_is_still_sending() -> None:
    async def early(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
        await asyncio.sleep(1)

    async with target(early) as origin, gateway(origin.origin) as running:
        running.application.request_limit = None
        reader, writer = await running.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n" + bytes(1_000_000))
        assert (await read_head(reader)).startswith(b"HTTP/1.1 413 ")
        assert await reader.readexactly(3) == b"big"
        writer.close()


async def test_draining_finishes_what_has_begun_and_closes_what_is_idle() -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        arrived.set()
        await go_on.wait()
        writer.write(OK)
        await reader.read(-1)

    async with target(slow) as origin, gateway(origin.origin) as running:
        idle_reader, idle_writer = await running.connect()
        reader, writer = await running.connect()
        writer.write(GET)
        await arrived.wait()
        running.listener.close()
        running.server.begin_drain()
        drained = asyncio.ensure_future(running.server.drained(5))
        assert await idle_reader.read(-1) == b""
        go_on.set()
        answer = await reader.read(-1)
        assert b"\r\nConnection: close\r\n" in answer
        assert answer.endswith(b"ok")
        assert await drained is True
        writer.close()
        idle_writer.close()


async def test_draining_ends_at_its_time_whoever_is_left() -> None:
    async def silent(reader: Reader, writer: Writer) -> None:
        await reader.read(-1)

    async with target(silent) as origin, gateway(origin.origin) as running:
        reader, writer = await running.connect()
        writer.write(GET)
        await asyncio.sleep(0.05)
        running.server.begin_drain()
        assert await running.server.drained(0.1) is False
        assert await reader.read(-1) == b""
        writer.close()


async def test_a_full_server_says_when_to_come_again_and_closes() -> None:
    limits = Limits(connections=2)
    async with target(serving(OK)) as origin, gateway(origin.origin, limits=limits) as running:
        first, second = await running.connect(), await running.connect()
        await asyncio.sleep(0.05)
        refused = await running.ask(GET)
        assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"\r\nRetry-After: 5\r\n" in refused
        assert b"\r\nConnection: close\r\n" in refused
        first[1].close()
        await asyncio.sleep(0.05)
        assert (await running.ask(LAST)).startswith(b"HTTP/1.1 200 ")
        second[1].close()


async def test_one_client_may_have_only_so_many_connections() -> None:
    limits = Limits(connections_per_client=2)
    async with target(serving(OK)) as origin, gateway(origin.origin, limits=limits) as running:
        first, second = await running.connect(), await running.connect()
        await asyncio.sleep(0.05)
        assert (await running.ask(GET)).startswith(b"HTTP/1.1 503 ")
        first[1].close()
        await asyncio.sleep(0.05)
        assert (await running.ask(LAST)).startswith(b"HTTP/1.1 200 ")
        second[1].close()
