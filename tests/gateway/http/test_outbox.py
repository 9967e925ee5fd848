"""What is written in which order, and when."""

import asyncio

from tests.gateway.http.rig import FakeTransport, Rig, answering

from gatewright.gateway.http.outbox import AT_MOST, LARGEST, Outbox
from gatewright.message import Response

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def transport() -> FakeTransport:
    return FakeTransport(asyncio.Protocol())


async def test_messages_are_held_until_the_turn_of_the_loop_is_over() -> None:
    outbox, first, second = Outbox(asyncio.get_running_loop()), transport(), transport()
    outbox.write(first, b"a")
    outbox.write(second, b"b")
    outbox.write(first, b"c")
    assert first.written == second.written == b""
    await asyncio.sleep(0)
    assert (first.written, second.written) == (b"ac", b"b")


async def test_the_next_turn_has_a_flush_of_its_own() -> None:
    outbox, one = Outbox(asyncio.get_running_loop()), transport()
    for message in (b"a", b"b"):
        outbox.write(one, message)
        await asyncio.sleep(0)
        assert one.written.endswith(message)


async def test_not_more_than_so_many_are_held() -> None:
    outbox, one = Outbox(asyncio.get_running_loop()), transport()
    for _ in range(AT_MOST + 1):
        outbox.write(one, b"a")
    assert one.written == b"a" * AT_MOST
    await asyncio.sleep(0)
    assert one.written == b"a" * (AT_MOST + 1)


async def test_a_large_message_is_written_at_once_after_those_before_it() -> None:
    outbox, one = Outbox(asyncio.get_running_loop()), transport()
    outbox.write(one, b"a")
    outbox.write(one, b"b" * (LARGEST + 1))
    assert one.written == b"a" + b"b" * (LARGEST + 1)


async def test_nothing_is_written_to_a_connection_that_has_ended_meanwhile() -> None:
    outbox, gone, there = Outbox(asyncio.get_running_loop()), transport(), transport()
    outbox.write(gone, b"a")
    outbox.write(there, b"b")
    gone.abort()
    await asyncio.sleep(0)
    assert (gone.written, there.written) == (b"", b"b")


async def test_a_connection_that_cannot_be_written_to_costs_no_other_its_message() -> None:
    class Broken(FakeTransport):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            raise RuntimeError("the handler is closed")

    outbox, broken, sound = Outbox(asyncio.get_running_loop()), Broken(asyncio.Protocol()), transport()
    outbox.write(broken, b"a")
    outbox.write(sound, b"b")
    outbox.flush()
    assert broken.is_aborted
    assert sound.written == b"b"


async def test_an_invitation_to_send_the_body_does_not_overtake_the_answer_before() -> None:
    client = Rig(answering(lambda _: Response()), buffers_request=True).client()
    client.send(
        GET + b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n", b"body"
    )
    assert client.received == OK + b"HTTP/1.1 100 Continue\r\n\r\n" + OK


async def test_an_answer_that_streams_does_not_overtake_the_answer_before() -> None:
    client = Rig(answering(lambda request: Response(stream=request.stream))).client()
    client.send(GET + b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n", b"body")
    assert client.received == OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


async def test_a_request_that_is_held_is_dropped_when_its_client_leaves() -> None:
    rig = Rig()
    target, client = rig.target(), rig.client()
    client.send(GET)
    client.lose()
    assert target.received == b""
    assert target.transport.is_aborted
